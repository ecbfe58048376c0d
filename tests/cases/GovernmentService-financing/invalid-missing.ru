DELETE WHERE { <state/hh#reuse> efa:financing ?any }
