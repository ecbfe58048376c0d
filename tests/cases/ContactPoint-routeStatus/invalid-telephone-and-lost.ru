INSERT DATA { <state/sh#contact-unit> efa:valueStatus efa:ValueStatus-linkLost }
