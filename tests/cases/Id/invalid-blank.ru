INSERT DATA { [] a schema:Dataset ; schema:name "Liste"@de, "List"@en ; schema:description "Etwas."@de, "Something."@en }
