INSERT DATA { <organisation/itvsh> schema:alternateName "noch einer"@de, "dansk"@da, " "@en }
