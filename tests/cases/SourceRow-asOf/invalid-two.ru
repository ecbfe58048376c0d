INSERT DATA { <source/page#sh-financing> efa:asOf "2022-12"^^xsd:gYearMonth }
