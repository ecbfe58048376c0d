DELETE DATA { <state/sh#contact-mailbox> rdfs:seeAlso <https://verwaltung.sh.example/> . <state/sh#contact-mailbox-seealso> rdf:object <https://verwaltung.sh.example/> } ;
INSERT DATA { <state/sh#contact-mailbox> rdfs:seeAlso <state/verwaltung.sh.example> . <state/sh#contact-mailbox-seealso> rdf:object <state/verwaltung.sh.example> }
