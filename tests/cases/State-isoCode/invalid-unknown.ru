DELETE DATA { <state/sh> efa:isoCode "DE-SH" } ;
INSERT DATA { <state/sh> efa:isoCode "DE-XX" }
