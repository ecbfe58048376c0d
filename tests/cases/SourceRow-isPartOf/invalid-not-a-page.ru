DELETE DATA { <source/page#sh-contact> schema:isPartOf <source/page> } ;
INSERT DATA { <source/page#sh-contact> schema:isPartOf <source/identifiers> }
