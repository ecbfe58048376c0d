INSERT DATA { <state/sh#contact-itvsh> schema:email "post@itvsh.de" }
