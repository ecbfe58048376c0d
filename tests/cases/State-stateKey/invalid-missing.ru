DELETE WHERE { <state/sh> efa:stateKey ?any }
