DELETE WHERE { <source/page> schema:description ?any }
