INSERT DATA { <marketplace/shop> schema:mentions <organisation/unknown> }
