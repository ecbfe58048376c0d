DELETE WHERE { <state/sh#record> foaf:primaryTopic ?any }
