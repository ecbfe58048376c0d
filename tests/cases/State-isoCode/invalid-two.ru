INSERT DATA { <state/sh> efa:isoCode "AT-1" }
