INSERT DATA { <organisation/itvsh#homepage> rdf:subject <organisation/other> }
