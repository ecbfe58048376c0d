DELETE WHERE { <municipality/01002000#record> prov:wasDerivedFrom ?any }
