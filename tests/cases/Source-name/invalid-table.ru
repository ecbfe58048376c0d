DELETE WHERE { <source/identifiers> schema:name ?any }
