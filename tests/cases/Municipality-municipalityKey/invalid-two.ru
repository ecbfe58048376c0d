INSERT DATA { <municipality/01002000> efa:municipalityKey "01001000" }
