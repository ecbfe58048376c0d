DELETE WHERE { <state/sh#provision-funding> efa:validity ?any } ;
INSERT DATA { <state/sh#provision-funding> efa:validity efa:Validity-current }
