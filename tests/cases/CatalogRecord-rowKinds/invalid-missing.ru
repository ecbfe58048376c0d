DELETE DATA { <state/sh#record> prov:wasDerivedFrom <source/page#sh-contact> }
