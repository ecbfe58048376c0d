INSERT DATA { <marketplace/shop> schema:subjectOf <https://land.example/markt> }
