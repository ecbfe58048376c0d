INSERT DATA { <organisation/itvsh#homepage> rdf:predicate schema:name }
