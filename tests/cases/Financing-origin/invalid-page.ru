DELETE DATA { <state/sh#financing> prov:wasDerivedFrom <source/page#sh-financing> } ;
INSERT DATA { <state/sh#financing> prov:wasDerivedFrom <source/page> }
