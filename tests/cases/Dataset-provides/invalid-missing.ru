DELETE WHERE { <source/identifiers#iso> efa:provides ?any }
