INSERT DATA { <marketplace/shop#scope> rdf:object efa:Scope-state }
