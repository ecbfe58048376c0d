INSERT DATA { <state/sh#provision-funding> schema:description "noch einer"@de, "dansk"@da, " "@en }
