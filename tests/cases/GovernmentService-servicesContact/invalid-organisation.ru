INSERT DATA { <state/sh#reuse> efa:servicesContact <organisation/itvsh> }
