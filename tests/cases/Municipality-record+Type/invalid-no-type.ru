DELETE DATA { <municipality/01002000#record> a dcat:CatalogRecord }
