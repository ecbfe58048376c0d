DELETE DATA { <state/sh#reuse> schema:name "Reuse in Schleswig-Holstein"@en }
