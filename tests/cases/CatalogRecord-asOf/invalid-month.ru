DELETE DATA { <state/sh#record> efa:asOf "2022-11"^^xsd:gYearMonth } ;
INSERT DATA { <state/sh#record> efa:asOf "2022-13"^^xsd:gYearMonth }
