DELETE DATA { <state/sh#provision-funding> efa:certainty efa:Certainty-expected } ;
INSERT DATA { <state/sh#provision-funding> efa:certainty efa:Certainty-hoped }
