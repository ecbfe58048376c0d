DELETE DATA { <state/sh#record> efa:lastConfirmed "2999-12-31"^^xsd:date } ;
INSERT DATA { <state/sh#record> efa:lastConfirmed "gestern" }
