INSERT DATA { <state/sh#provision-funding> efa:certainty efa:Certainty-stated }
