DELETE DATA { <state/sh#provision-funding> efa:from "2022"^^xsd:gYear } ;
INSERT DATA { <state/sh#provision-funding> efa:from "seit 2022" }
