DELETE DATA { <marketplace/shop> efa:accessNote "for municipalities only"@en }
