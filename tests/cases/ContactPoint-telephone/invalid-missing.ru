DELETE WHERE { <state/sh#contact-itvsh> schema:telephone ?any }
