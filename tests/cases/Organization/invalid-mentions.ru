INSERT DATA { <organisation/itvsh> schema:mentions <organisation/bund> }
