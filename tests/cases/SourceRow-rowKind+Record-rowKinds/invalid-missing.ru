DELETE WHERE { <source/page#sh-contact> efa:rowKind ?any }
