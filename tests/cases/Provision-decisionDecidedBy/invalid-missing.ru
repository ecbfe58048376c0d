DELETE WHERE { <state/sh#provision-decision> efa:decidedBy ?any }
