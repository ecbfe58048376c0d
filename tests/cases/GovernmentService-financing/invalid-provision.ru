DELETE DATA { <state/hh#reuse> efa:financing <state/hh#financing> } ;
INSERT DATA { <state/hh#reuse> efa:financing <state/sh#provision-funding> }
