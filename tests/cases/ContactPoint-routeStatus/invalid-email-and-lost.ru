INSERT DATA { <state/sh#contact-mailbox> efa:valueStatus efa:ValueStatus-linkLost }
