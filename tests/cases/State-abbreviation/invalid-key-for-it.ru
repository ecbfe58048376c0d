DELETE DATA { <state/sh> efa:abbreviation "SH" } ;
INSERT DATA { <state/sh> efa:abbreviation "01" }
