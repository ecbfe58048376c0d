INSERT DATA { <source/page> schema:email "info@digitale-verwaltung.de" }
