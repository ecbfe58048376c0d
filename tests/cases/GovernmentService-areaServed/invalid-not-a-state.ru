INSERT DATA { <state/sh#reuse> schema:areaServed <organisation/itvsh> }
