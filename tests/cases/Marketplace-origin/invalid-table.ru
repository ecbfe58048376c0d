INSERT DATA { <marketplace/shop> prov:wasDerivedFrom <source/identifiers> }
