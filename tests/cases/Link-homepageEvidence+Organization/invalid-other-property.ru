DELETE DATA { <organisation/itvsh#homepage> rdf:predicate schema:url ; rdf:object <https://itvsh.de/> } ;
INSERT DATA { <organisation/itvsh#homepage> rdf:predicate efa:scope ; rdf:object efa:Scope-state . <organisation/itvsh> efa:scope efa:Scope-state }
