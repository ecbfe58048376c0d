DELETE DATA { <marketplace/shop> a schema:OfferCatalog }
