INSERT DATA { <marketplace/shop> efa:accessNote "noch einer"@de, "dansk"@da, " "@en }
