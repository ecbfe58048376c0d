DELETE WHERE { <organisation/itvsh> schema:url ?any }
