DELETE DATA { <marketplace/shop> efa:accessNote "nur für Kommunen"@de }
