DELETE WHERE { <state/hh#financing> efa:linkLabel ?any }
