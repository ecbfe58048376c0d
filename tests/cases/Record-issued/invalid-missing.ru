DELETE WHERE { <state/sh#record> dct:issued ?any }
