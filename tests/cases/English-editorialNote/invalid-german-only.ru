DELETE DATA { <state/sh#contact-itvsh> skos:editorialNote "Printed so."@en }
