INSERT DATA { <source/identifiers> schema:hasPart <source/page> }
