DELETE DATA { <marketplace/shop> efa:scope efa:Scope-nationwide } ;
DELETE DATA { <marketplace/shop#scope> rdf:object efa:Scope-nationwide }
