DELETE WHERE { <state/sh> schema:sameAs ?any }
