DELETE DATA { <state/sh#record> a dcat:CatalogRecord }
