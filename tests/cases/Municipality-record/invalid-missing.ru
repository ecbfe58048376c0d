DELETE WHERE { <municipality/01002000#record> ?any ?thing }
