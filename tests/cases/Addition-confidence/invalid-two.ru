INSERT DATA { <organisation/itvsh#homepage> efa:confidence efa:Confidence-medium }
