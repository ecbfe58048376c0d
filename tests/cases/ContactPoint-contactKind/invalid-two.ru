INSERT DATA { <state/sh#contact-itvsh> efa:contactKind efa:ContactKind-unit }
