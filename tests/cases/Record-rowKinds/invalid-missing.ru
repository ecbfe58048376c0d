DELETE DATA { <state/sh#record> efa:row <source/page#sh-contact> }
