DELETE DATA { <state/sh#contact-mailbox> schema:email "OZG@verwaltung.sh.example" } ;
INSERT DATA { <state/sh#contact-mailbox> efa:lostInCopy efa:CopyLoss-linkTarget }
