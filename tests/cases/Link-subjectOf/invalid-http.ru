DELETE DATA { <marketplace/shop> schema:subjectOf <https://land.example/shop> . <marketplace/shop#subjectof> rdf:object <https://land.example/shop> } ;
INSERT DATA { <marketplace/shop> schema:subjectOf <http://land.example/shop> . <marketplace/shop#subjectof> rdf:object <http://land.example/shop> }
