DELETE DATA { <source/page#sh-contact> schema:about <state/sh> } ;
INSERT DATA { <source/page#sh-contact> schema:about <state/hh> }
