INSERT DATA { <organisation/x> schema:name "Amt"@de }
