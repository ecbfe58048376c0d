DELETE DATA { <state/sh#provision-funding> schema:validThrough "2023-12-31"^^xsd:date } ;
INSERT DATA { <state/sh#provision-funding> schema:validThrough "2023-11-31"^^xsd:date }
