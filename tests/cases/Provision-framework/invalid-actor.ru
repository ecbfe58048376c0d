DELETE DATA { <state/sh#provision-decision> efa:framework efa:Party-stateProgramme } ;
INSERT DATA { <state/sh#provision-decision> efa:framework efa:Party-state }
