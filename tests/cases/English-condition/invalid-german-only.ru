DELETE DATA { <state/sh#provision-funding> efa:condition "as far as there are services"@en }
