INSERT DATA { <source/page#sh-contact> efa:valueStatus efa:ValueStatus-notYetAvailable }
