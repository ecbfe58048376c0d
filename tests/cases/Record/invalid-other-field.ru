INSERT DATA { <state/sh#record> schema:name "Datensatz"@de }
