DELETE DATA { <organisation/itvsh> schema:name "IT-Verbund SH"@de } ;
INSERT DATA { <organisation/itvsh> schema:name "English"@en }
