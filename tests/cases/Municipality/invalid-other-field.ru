INSERT DATA { <municipality/01002000> schema:email "info@kiel.example" }
