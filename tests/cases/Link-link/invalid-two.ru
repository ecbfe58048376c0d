INSERT DATA { <marketplace/shop> efa:linkTarget <https://www.shop.example/> }
