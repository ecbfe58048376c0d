DELETE DATA { <state/sh#contact-itvsh> efa:telephoneAsPrinted "0431-530 550 46" } ;
INSERT DATA { <state/sh#contact-itvsh> efa:telephoneAsPrinted 43153055046 }
