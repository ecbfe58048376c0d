INSERT DATA { <state/sh> skos:editorialNote "Hinweis"@de }
