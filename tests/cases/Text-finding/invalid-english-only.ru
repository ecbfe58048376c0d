DELETE DATA { <organisation/itvsh#homepage> rdfs:comment "Eigene Seite."@de }
