DELETE DATA { <state/sh#contact-theme> efa:contactKind efa:ContactKind-topic } ;
INSERT DATA { <state/sh#contact-theme> efa:contactKind efa:ContactKind-thema }
