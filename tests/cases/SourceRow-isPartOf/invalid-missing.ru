DELETE WHERE { <source/page#sh-contact> schema:isPartOf ?any }
