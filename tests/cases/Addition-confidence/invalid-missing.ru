DELETE WHERE { <organisation/itvsh#homepage> efa:confidence ?any }
