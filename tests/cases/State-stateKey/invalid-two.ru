INSERT DATA { <state/sh> efa:stateKey "DEF" }
