DELETE WHERE { <organisation/itvsh> schema:name ?any }
