DELETE DATA { <state/sh> efa:officialName "Land Schleswig-Holstein"@de } ;
INSERT DATA { <state/sh> efa:officialName ""@de }
