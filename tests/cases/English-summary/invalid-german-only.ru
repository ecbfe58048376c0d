DELETE DATA { <state/sh#provision-funding> schema:description "The state pays for development."@en }
