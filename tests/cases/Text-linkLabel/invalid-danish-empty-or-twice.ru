INSERT DATA { <state/sh#contact-itvsh> efa:linkLabel "noch einer"@de, "dansk"@da, " "@en }
