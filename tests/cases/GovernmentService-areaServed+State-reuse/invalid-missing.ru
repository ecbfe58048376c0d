DELETE WHERE { <state/sh#reuse> schema:areaServed ?any }
