DELETE WHERE { <state/sh#record> efa:lastConfirmed ?any }
