DELETE WHERE { <source/page#sh-contact> efa:sha256 ?any }
