DELETE DATA { <organisation/itvsh#homepage> dct:source <https://itvsh.de/faq/> } ;
INSERT DATA { <organisation/itvsh#homepage> dct:source <http://itvsh.de/faq/> }
