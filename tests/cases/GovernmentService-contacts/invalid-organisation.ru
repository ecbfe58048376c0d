INSERT DATA { <state/sh#reuse> efa:contact <organisation/itvsh> }
