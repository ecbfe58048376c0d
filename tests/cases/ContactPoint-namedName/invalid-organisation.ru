DELETE WHERE { <state/sh#contact-itvsh> schema:name ?any }
