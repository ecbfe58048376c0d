DELETE WHERE { <state/sh#provision-funding> efa:certainty ?any }
