DELETE DATA { <organisation/itvsh#homepage> efa:confidence efa:Confidence-high } ;
INSERT DATA { <organisation/itvsh#homepage> efa:confidence efa:Confidence-low }
