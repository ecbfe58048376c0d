DELETE WHERE { <organisation/bund> schema:name ?any }
