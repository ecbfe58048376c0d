INSERT DATA { <organisation/itvsh> schema:url <https://www.itvsh.de/> }
