INSERT DATA { <source/page> schema:isPartOf <https://www.it-planungsrat.de/> }
