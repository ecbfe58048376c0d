DELETE WHERE { <municipality/01002000#reuse> ?any ?thing }
