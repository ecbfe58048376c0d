INSERT DATA {
  <state/hh#record-2> a efa:Record ; foaf:primaryTopic <state/hh> ; dct:issued "2026-11-23"^^xsd:date ;
    dct:modified "2026-11-23"^^xsd:date ; efa:lastConfirmed "2999-12-31"^^xsd:date ;
    efa:row <source/page#hh-contact>, <source/page#hh-services>, <source/page#hh-market>, <source/page#hh-financing> .
}
