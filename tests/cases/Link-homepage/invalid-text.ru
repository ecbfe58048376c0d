DELETE DATA { <organisation/itvsh> schema:url <https://itvsh.de/> . <organisation/itvsh#homepage> rdf:object <https://itvsh.de/> } ;
INSERT DATA { <organisation/itvsh> schema:url "https://itvsh.de/" . <organisation/itvsh#homepage> rdf:object "https://itvsh.de/" }
