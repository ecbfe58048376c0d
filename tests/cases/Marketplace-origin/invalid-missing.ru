DELETE WHERE { <marketplace/shop> prov:wasDerivedFrom ?any }
