INSERT DATA { <state/sh#provision-funding> efa:from "2021"^^xsd:gYear }
