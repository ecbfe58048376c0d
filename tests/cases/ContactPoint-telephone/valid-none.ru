DELETE WHERE { <state/sh#contact-itvsh> schema:telephone ?number ; efa:telephoneAsPrinted ?printed }
