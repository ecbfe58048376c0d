DELETE WHERE { <state/sh#financing> prov:wasDerivedFrom ?any }
