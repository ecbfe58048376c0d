DELETE DATA { <marketplace/shop> efa:valueStatus efa:ValueStatus-linkLost } ;
INSERT DATA { <marketplace/shop> efa:valueStatus efa:ValueStatus-notApplicable }
