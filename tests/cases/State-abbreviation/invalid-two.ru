INSERT DATA { <state/sh> efa:abbreviation "DEF" }
