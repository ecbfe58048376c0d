DELETE WHERE { <state/sh#provision-funding> efa:provisionKind ?any }
