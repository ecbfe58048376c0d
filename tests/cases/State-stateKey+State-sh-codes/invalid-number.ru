DELETE DATA { <state/sh> efa:stateKey "01" } ;
INSERT DATA { <state/sh> efa:stateKey 1 }
