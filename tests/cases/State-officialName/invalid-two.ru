INSERT DATA { <state/sh> efa:officialName "Schleswig-Holstein"@de }
