INSERT DATA { <municipality/01002000> schema:containedInPlace <state/hh> }
