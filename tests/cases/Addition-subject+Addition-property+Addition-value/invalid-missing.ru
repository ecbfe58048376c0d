INSERT DATA { <organisation/x#homepage> a efa:Addition ; efa:confidence efa:Confidence-high ; rdfs:comment "Fund."@de }
