INSERT DATA { <source/page> schema:mentions <organisation/itvsh> }
