DELETE DATA { <state/sh#reuse> schema:audience efa:Party-municipalities } ;
INSERT DATA { <state/sh#reuse> schema:audience efa:Party-kommunen }
