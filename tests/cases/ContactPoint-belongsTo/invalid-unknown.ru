INSERT DATA { <state/sh#contact-itvsh> efa:belongsTo <organisation/unknown> }
