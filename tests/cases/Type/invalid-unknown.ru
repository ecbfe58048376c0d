INSERT DATA { <organisation/x> a schema:Person ; schema:name "Erika Muster"@de }
