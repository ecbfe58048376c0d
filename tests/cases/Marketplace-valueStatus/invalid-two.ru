INSERT DATA { <marketplace/shop> efa:valueStatus efa:ValueStatus-notYetAvailable }
