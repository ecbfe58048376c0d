DELETE WHERE { <state/sh#record> dct:modified ?any }
