DELETE WHERE { <state/sh#reuse> schema:audience ?any }
