DELETE WHERE { <state/sh#announced> efa:launchStatus ?any }
