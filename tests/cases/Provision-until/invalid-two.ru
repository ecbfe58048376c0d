INSERT DATA { <state/sh#provision-funding> schema:validThrough "2024-12-31"^^xsd:date }
