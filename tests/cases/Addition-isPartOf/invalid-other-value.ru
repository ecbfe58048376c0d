DELETE DATA { <source/page> schema:isPartOf <https://www.digitale-verwaltung.de/> } ;
INSERT DATA { <source/page> schema:isPartOf <https://www.it-planungsrat.de/> }
