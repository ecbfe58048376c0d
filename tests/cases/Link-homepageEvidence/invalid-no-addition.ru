INSERT DATA { <marketplace/shop> schema:url <https://shop.example/> }
