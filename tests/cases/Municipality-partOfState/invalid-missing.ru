DELETE WHERE { <municipality/01002000> schema:containedInPlace ?any }
