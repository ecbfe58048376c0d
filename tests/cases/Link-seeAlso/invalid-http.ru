DELETE DATA { <state/sh#contact-mailbox> rdfs:seeAlso <https://verwaltung.sh.example/> . <state/sh#contact-mailbox-seealso> rdf:object <https://verwaltung.sh.example/> } ;
INSERT DATA { <state/sh#contact-mailbox> rdfs:seeAlso <http://verwaltung.sh.example/> . <state/sh#contact-mailbox-seealso> rdf:object <http://verwaltung.sh.example/> }
