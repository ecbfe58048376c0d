INSERT DATA { <state/sh#contact-itvsh> efa:telephoneAsPrinted "0431/530 550 46" }
