DELETE DATA { <state/sh#financing> efa:valueStatus efa:ValueStatus-stated } ;
INSERT DATA { <state/sh#financing> efa:valueStatus efa:ValueStatus-free }
