DELETE WHERE { <municipality/01002000> schema:name ?any }
