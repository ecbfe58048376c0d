DELETE WHERE { <organisation/itvsh#homepage> rdfs:comment ?any }
