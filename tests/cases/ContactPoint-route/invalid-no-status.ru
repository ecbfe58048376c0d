DELETE WHERE { <state/sh#contact-theme> efa:valueStatus ?any }
