DELETE DATA { <marketplace/shop#scope> rdf:subject <marketplace/shop> } ;
INSERT DATA { <marketplace/shop#scope> rdf:subject "marketplace/shop" }
