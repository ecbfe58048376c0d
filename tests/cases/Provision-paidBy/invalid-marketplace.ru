INSERT DATA { <state/sh#provision-funding> efa:paidBy <marketplace/shop> }
