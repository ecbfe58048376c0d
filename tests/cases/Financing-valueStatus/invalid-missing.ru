DELETE WHERE { <state/sh#financing> efa:valueStatus ?any }
