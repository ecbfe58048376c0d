INSERT DATA { <source/page#sh-contact> efa:lostInCopy efa:CopyLoss-all }
