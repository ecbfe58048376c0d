DELETE DATA { <organisation/itvsh> schema:alternateName "ITVSH"@de } ;
INSERT DATA { <organisation/itvsh> schema:alternateName "English"@en }
