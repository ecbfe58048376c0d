DELETE WHERE { <state/sh#reuse> schema:contactPoint ?any }
