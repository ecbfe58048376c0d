DELETE { ?addition ?any ?thing . <organisation/itvsh> schema:url ?home }
WHERE { ?addition rdf:subject <organisation/itvsh> ; ?any ?thing . <organisation/itvsh> schema:url ?home }
