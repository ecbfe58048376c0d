DELETE DATA { <organisation/itvsh#homepage> rdfs:comment "Own page."@en }
