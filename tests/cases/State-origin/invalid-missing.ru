DELETE WHERE { <state/sh> prov:wasDerivedFrom ?any }
