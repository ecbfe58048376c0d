INSERT DATA { <state/sh#provision-funding> efa:appliesTo <organisation/itvsh> }
