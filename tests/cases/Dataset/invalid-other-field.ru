INSERT DATA { <source/identifiers> prov:wasDerivedFrom <source/page> }
