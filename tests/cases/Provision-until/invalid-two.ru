INSERT DATA { <state/sh#provision-funding> efa:until "2024-12-31"^^xsd:date }
