DELETE DATA { <source/page> schema:isPartOf <https://www.digitale-verwaltung.de/> . <source/page#ispartof> rdf:object <https://www.digitale-verwaltung.de/> } ;
INSERT DATA { <source/page> schema:isPartOf "https://www.digitale-verwaltung.de/" . <source/page#ispartof> rdf:object "https://www.digitale-verwaltung.de/" }
