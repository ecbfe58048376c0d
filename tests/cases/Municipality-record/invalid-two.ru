INSERT DATA {
  <municipality/01002000#record-2> a efa:Record ; foaf:primaryTopic <municipality/01002000> ; dct:issued "2026-11-23"^^xsd:date ;
    dct:modified "2026-11-23"^^xsd:date ; efa:lastConfirmed "2999-12-31"^^xsd:date ; prov:wasDerivedFrom <source/page> .
}
