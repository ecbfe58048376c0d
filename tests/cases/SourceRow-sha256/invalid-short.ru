DELETE DATA { <source/page#sh-contact> efa:sha256 "578C59478C6C8EFE1D2110A66EEF8ABC98DCE7704D5F42FE0D65EDC132953984"^^xsd:hexBinary } ;
INSERT DATA { <source/page#sh-contact> efa:sha256 "578C59478C6C8EFE"^^xsd:hexBinary }
