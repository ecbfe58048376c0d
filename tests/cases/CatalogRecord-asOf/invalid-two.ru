INSERT DATA { <state/sh#record> efa:asOf "2022-12"^^xsd:gYearMonth }
