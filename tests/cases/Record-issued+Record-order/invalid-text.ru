DELETE DATA { <state/sh#record> dct:issued "2026-11-23"^^xsd:date } ;
INSERT DATA { <state/sh#record> dct:issued "23.11.2026" }
