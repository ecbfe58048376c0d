DELETE DATA { <marketplace/shop#subjectof> rdf:object <https://land.example/shop> } ;
INSERT DATA { <marketplace/shop#subjectof> rdf:object <https://land.example/markt> }
