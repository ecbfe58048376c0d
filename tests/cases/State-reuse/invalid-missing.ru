DELETE WHERE { <state/hh#reuse> ?any ?thing }
