INSERT DATA { <state/sh#record> dct:issued "2026-11-22"^^xsd:date }
