DELETE DATA { <state/sh#contact-itvsh> skos:editorialNote "So gedruckt."@de }
