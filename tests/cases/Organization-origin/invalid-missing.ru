DELETE WHERE { <organisation/itvsh> prov:wasDerivedFrom ?any }
