DELETE WHERE { <source/identifiers> schema:description ?any }
