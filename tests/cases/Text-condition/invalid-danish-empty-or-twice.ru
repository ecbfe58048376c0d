INSERT DATA { <state/sh#provision-funding> efa:condition "noch einer"@de, "dansk"@da, " "@en }
