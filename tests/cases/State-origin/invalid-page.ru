DELETE DATA { <state/sh> prov:wasDerivedFrom <source/identifiers> } ;
INSERT DATA { <state/sh> prov:wasDerivedFrom <source/page> }
