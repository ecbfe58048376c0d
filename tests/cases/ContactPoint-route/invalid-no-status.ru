DELETE WHERE { <state/sh#contact-theme> efa:lostInCopy ?any }
