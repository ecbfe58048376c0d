DELETE DATA { <state/sh#provision-funding> prov:wasDerivedFrom <source/page#sh-financing> } ;
INSERT DATA { <state/sh#provision-funding> prov:wasDerivedFrom <source/page> }
