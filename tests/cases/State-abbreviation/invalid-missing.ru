DELETE WHERE { <state/sh> efa:abbreviation ?any }
