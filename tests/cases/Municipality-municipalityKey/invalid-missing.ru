DELETE WHERE { <municipality/01002000> efa:municipalityKey ?any }
