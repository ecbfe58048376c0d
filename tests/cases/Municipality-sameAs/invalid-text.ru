INSERT DATA { <municipality/01002000> schema:sameAs "Q1707" }
