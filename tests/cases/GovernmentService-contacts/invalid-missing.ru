DELETE WHERE { <state/sh#reuse> efa:contact ?any }
