INSERT DATA { <state/sh#contact-itvsh> skos:editorialNote "noch einer"@de, "dansk"@da, " "@en }
