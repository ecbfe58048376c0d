DELETE WHERE { <state/sh#contact-theme> efa:topic ?any }
