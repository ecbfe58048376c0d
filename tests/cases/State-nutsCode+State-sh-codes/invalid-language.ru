DELETE DATA { <state/sh> efa:nutsCode "DEF" } ;
INSERT DATA { <state/sh> efa:nutsCode "DEF"@de }
