INSERT DATA { <municipality/01002000#record> prov:wasDerivedFrom <organisation/itvsh> }
