DELETE DATA { <state/sh> schema:name "Schleswig-Holstein"@en }
