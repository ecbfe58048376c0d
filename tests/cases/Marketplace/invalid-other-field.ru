INSERT DATA { <marketplace/shop> efa:belongsTo <organisation/itvsh> }
