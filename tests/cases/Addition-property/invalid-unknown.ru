INSERT DATA {
  <marketplace/shop#name> a efa:Addition ; rdf:subject <marketplace/shop> ; rdf:predicate schema:name ;
    rdf:object <https://land.example/> ; efa:confidence efa:Confidence-high ; rdfs:comment "Fund."@de .
}
