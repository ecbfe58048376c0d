DELETE WHERE { <state/sh#provision-funding> efa:paidBy ?any }
