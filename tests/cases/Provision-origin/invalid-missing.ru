DELETE WHERE { <state/sh#provision-funding> prov:wasDerivedFrom ?any }
