DELETE DATA { <state/hh> efa:stateKey "02" } ;
INSERT DATA { <state/hh> efa:stateKey "01" }
