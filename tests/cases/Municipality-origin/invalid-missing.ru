DELETE WHERE { <municipality/01002000> prov:wasDerivedFrom ?any }
