DELETE WHERE { <state/sh#provision-funding> schema:description ?any }
