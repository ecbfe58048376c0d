DELETE DATA { <source/page#sh-contact> efa:valueStatus efa:ValueStatus-stated } ;
INSERT DATA { <source/page#sh-contact> efa:valueStatus efa:ValueStatus-empty }
