DELETE WHERE { <state/sh#contact-itvsh> prov:wasDerivedFrom ?any }
