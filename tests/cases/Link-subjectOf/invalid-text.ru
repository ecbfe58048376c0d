DELETE DATA { <marketplace/shop> schema:subjectOf <https://land.example/shop> . <marketplace/shop#subjectof> rdf:object <https://land.example/shop> } ;
INSERT DATA { <marketplace/shop> schema:subjectOf "https://land.example/shop" . <marketplace/shop#subjectof> rdf:object "https://land.example/shop" }
