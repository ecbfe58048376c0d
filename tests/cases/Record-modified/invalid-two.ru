INSERT DATA { <state/sh#record> dct:modified "2026-11-25"^^xsd:date }
