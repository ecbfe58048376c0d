DELETE DATA { <state/hh> efa:isoCode "DE-HH" } ;
INSERT DATA { <state/hh> efa:isoCode "DE-SH" }
