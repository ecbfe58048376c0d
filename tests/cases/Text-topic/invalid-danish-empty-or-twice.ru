INSERT DATA { <state/sh#contact-theme> efa:topic "noch einer"@de, "dansk"@da, " "@en }
