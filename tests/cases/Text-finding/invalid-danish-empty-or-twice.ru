INSERT DATA { <organisation/itvsh#homepage> rdfs:comment "noch einer"@de, "dansk"@da, " "@en }
