INSERT DATA {
  <source/page#extra> a efa:SourceRow ; schema:isPartOf <source/page> ; schema:about <state/sh> ; efa:rowKind efa:RowKind-contact ;
    efa:valueStatus efa:ValueStatus-stated ; efa:sha256 "D82099D4A2D8CFA5E7204116816A77832EC0C4F572B6C22B92A667CB49FBE929"^^xsd:hexBinary .
    <state/sh#record> efa:row <source/page#extra> .
}
