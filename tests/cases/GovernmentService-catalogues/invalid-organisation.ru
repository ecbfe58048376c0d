INSERT DATA { <state/sh#reuse> schema:hasOfferCatalog <organisation/itvsh> }
