DELETE WHERE { <state/sh#contact-itvsh> efa:contactKind ?any }
