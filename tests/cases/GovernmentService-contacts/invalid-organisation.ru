INSERT DATA { <state/sh#reuse> schema:contactPoint <organisation/itvsh> }
