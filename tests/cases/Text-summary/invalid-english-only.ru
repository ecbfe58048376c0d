DELETE DATA { <state/sh#provision-funding> schema:description "Das Land bezahlt die Entwicklung."@de }
