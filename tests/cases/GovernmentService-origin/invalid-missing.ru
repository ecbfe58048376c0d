DELETE DATA { <state/sh#reuse> prov:wasDerivedFrom <source/page#sh-contact> }
