INSERT DATA { <state/sh#contact-mailbox-seealso> dct:date "2026-11-21"^^xsd:date }
