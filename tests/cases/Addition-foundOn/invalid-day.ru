DELETE DATA { <state/sh#contact-mailbox-seealso> dct:date "2026-11-20"^^xsd:date } ;
INSERT DATA { <state/sh#contact-mailbox-seealso> dct:date "2026-11-20Z"^^xsd:date }
