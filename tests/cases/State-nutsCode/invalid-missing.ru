DELETE WHERE { <state/sh> efa:nutsCode ?any }
