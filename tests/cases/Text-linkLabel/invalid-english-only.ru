DELETE DATA { <state/sh#contact-itvsh> efa:linkLabel "Webseite"@de } ;
INSERT DATA { <state/sh#contact-itvsh> efa:linkLabel "English"@en }
