DELETE WHERE { <organisation/itvsh> efa:namedIn ?any }
