DELETE WHERE { <municipality/01002000> schema:containedInPlace ?any } ;
INSERT DATA { <municipality/01002000> schema:containedInPlace <organisation/itvsh> }
