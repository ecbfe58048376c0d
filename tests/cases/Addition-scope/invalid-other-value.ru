DELETE DATA { <marketplace/shop#scope> rdf:object efa:Scope-nationwide } ;
INSERT DATA { <marketplace/shop#scope> rdf:object efa:Scope-state }
