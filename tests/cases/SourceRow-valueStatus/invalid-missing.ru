DELETE WHERE { <source/page#sh-contact> efa:valueStatus ?any }
