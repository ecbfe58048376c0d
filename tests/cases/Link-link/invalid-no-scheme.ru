DELETE DATA { <marketplace/shop> efa:linkTarget <https://shop.example/> } ;
INSERT DATA { <marketplace/shop> efa:linkTarget <marketplace/shop.example> }
