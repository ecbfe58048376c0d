DELETE WHERE { <source/page> schema:name ?any }
