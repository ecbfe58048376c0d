INSERT DATA { <state/sh#reuse> efa:catalogue <organisation/itvsh> }
