INSERT DATA { <source/page#sh-contact> schema:name "Zeile"@de }
