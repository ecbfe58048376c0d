DELETE WHERE { <state/sh#announced> efa:launchStatus ?any } ;
DELETE WHERE { <state/sh#announced> efa:mentionedAs ?any }
