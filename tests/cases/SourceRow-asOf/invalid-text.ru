DELETE DATA { <source/page#sh-financing> efa:asOf "2022-11"^^xsd:gYearMonth } ;
INSERT DATA { <source/page#sh-financing> efa:asOf "2022-11" }
