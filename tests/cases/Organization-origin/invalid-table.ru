DELETE DATA { <organisation/bund> prov:wasDerivedFrom <source/page#hh-contact> } ;
INSERT DATA { <organisation/bund> prov:wasDerivedFrom <source/identifiers> }
