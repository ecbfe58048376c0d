DELETE WHERE { <state/sh> efa:officialName ?any }
