INSERT DATA { <municipality/01002000> prov:wasDerivedFrom <source/page> }
