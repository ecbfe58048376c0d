INSERT DATA { <state/sh#financing> efa:valueStatus efa:ValueStatus-notApplicable }
