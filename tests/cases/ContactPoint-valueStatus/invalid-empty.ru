DELETE DATA { <state/hh#contact> efa:valueStatus efa:ValueStatus-linkLost } ;
INSERT DATA { <state/hh#contact> efa:valueStatus efa:ValueStatus-notYetAvailable }
