DELETE WHERE { ?row schema:about <state/sh> }
