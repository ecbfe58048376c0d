DELETE DATA { <state/sh#record> dct:modified "2026-11-24"^^xsd:date } ;
INSERT DATA { <state/sh#record> dct:modified "2026-11-22"^^xsd:date }
