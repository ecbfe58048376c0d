DELETE DATA { <marketplace/shop> efa:scope efa:Scope-nationwide . <marketplace/shop#scope> rdf:object efa:Scope-nationwide } ;
INSERT DATA { <marketplace/shop> efa:scope "bundesweit" . <marketplace/shop#scope> rdf:object "bundesweit" }
