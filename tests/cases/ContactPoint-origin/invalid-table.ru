DELETE DATA { <state/sh#contact-itvsh> prov:wasDerivedFrom <source/page#sh-contact> } ;
INSERT DATA { <state/sh#contact-itvsh> prov:wasDerivedFrom <source/identifiers> }
