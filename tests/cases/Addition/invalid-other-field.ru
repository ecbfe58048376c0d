INSERT DATA { <organisation/itvsh#homepage> schema:name "Ergänzung"@de }
