INSERT DATA { <marketplace/other> a schema:OfferCatalog ; schema:name "Anderer Katalog"@de ; prov:wasDerivedFrom <source/page> }
