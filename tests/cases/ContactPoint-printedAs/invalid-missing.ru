DELETE WHERE { <state/sh#contact-itvsh> efa:telephoneAsPrinted ?any }
