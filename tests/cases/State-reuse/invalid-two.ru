INSERT DATA {
  <state/hh#reuse-2> a schema:GovernmentService ; schema:areaServed <state/hh> ; schema:name "Nochmals"@de, "Again"@en ;
    schema:audience efa:Party-state ; efa:contact <state/hh#contact> ; efa:financing <state/hh#financing> ;
    prov:wasDerivedFrom <source/page#hh-contact> .
}
