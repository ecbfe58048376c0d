INSERT DATA { <state/sh> efa:nutsCode "SH" }
