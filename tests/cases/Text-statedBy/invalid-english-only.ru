DELETE DATA { <organisation/itvsh#homepage> efa:statedBy "Digitalisierungsministerium des Landes"@de } ;
INSERT DATA { <organisation/itvsh#homepage> efa:statedBy "ministry"@en }
