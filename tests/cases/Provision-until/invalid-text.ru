DELETE DATA { <state/sh#provision-funding> efa:until "2023-12-31"^^xsd:date } ;
INSERT DATA { <state/sh#provision-funding> efa:until "Ende 2023" }
