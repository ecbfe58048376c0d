DELETE WHERE { <state/hh#record> ?any ?thing }
