DELETE DATA { <organisation/bund> efa:namedIn <source/page#hh-contact> } ;
INSERT DATA { <organisation/bund> efa:namedIn <source/identifiers> }
