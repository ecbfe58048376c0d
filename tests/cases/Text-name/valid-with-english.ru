INSERT DATA { <organisation/itvsh> schema:name "IT network"@en }
