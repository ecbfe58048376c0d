DELETE DATA { <source/page#sh-contact> efa:rowKind efa:RowKind-contact } ;
INSERT DATA { <source/page#sh-contact> efa:rowKind efa:RowKind-services }
