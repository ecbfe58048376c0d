INSERT DATA { <state/sh#provision-funding> efa:linkLabel "Link"@de }
