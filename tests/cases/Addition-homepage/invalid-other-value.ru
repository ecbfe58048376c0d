DELETE DATA { <organisation/itvsh#homepage> rdf:object <https://itvsh.de/> } ;
INSERT DATA { <organisation/itvsh#homepage> rdf:object <https://www.itvsh.de/> }
