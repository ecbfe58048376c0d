INSERT DATA { <state/sh#contact-mailbox> rdfs:seeAlso <https://www.verwaltung.sh.example/> }
