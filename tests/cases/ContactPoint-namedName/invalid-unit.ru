DELETE WHERE { <state/sh#contact-unit> schema:name ?any }
