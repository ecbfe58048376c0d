INSERT DATA { <state/sh#record> efa:row <source/identifiers> }
