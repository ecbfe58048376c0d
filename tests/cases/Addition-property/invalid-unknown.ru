INSERT DATA {
  <marketplace/shop#summary> a efa:Addition ; rdf:subject <marketplace/shop> ; rdf:predicate efa:stateKey ;
    rdf:object <https://land.example/> ; efa:confidence efa:Confidence-high ; rdfs:comment "Fund."@de .
}
