INSERT DATA {
  <municipality/01002000#reuse-2> a schema:GovernmentService ; schema:areaServed <municipality/01002000> ; schema:name "Nochmals"@de, "Again"@en ;
    schema:audience efa:Party-state ; efa:contact <municipality/01002000#contact> ;
    efa:financing <municipality/01002000#financing> ; prov:wasDerivedFrom <source/page#sh-contact> .
}
