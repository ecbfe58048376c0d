INSERT DATA { <organisation/itvsh> schema:name "noch einer"@de, "dansk"@da, " "@en }
