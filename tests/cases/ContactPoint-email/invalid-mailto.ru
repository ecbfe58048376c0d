DELETE DATA { <state/sh#contact-itvsh> schema:email "info@itvsh.de" } ;
INSERT DATA { <state/sh#contact-itvsh> schema:email "mailto:info@itvsh.de" }
