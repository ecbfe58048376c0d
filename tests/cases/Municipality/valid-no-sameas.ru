DELETE WHERE { <municipality/01002000> schema:sameAs ?any }
