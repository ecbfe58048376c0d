INSERT DATA { <state/sh#reuse> prov:wasDerivedFrom <source/identifiers> }
