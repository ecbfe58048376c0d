INSERT DATA { <state/sh#record> prov:wasDerivedFrom <source/identifiers> }
