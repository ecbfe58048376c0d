DELETE DATA { <marketplace/shop#scope> rdf:predicate efa:scope }
