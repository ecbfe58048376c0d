INSERT DATA { <source/page#sh-contact> efa:rowKind efa:RowKind-financing }
