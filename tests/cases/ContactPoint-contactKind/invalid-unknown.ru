DELETE DATA { <state/sh#contact-theme> efa:contactKind efa:ContactKind-theme } ;
INSERT DATA { <state/sh#contact-theme> efa:contactKind efa:ContactKind-thema }
