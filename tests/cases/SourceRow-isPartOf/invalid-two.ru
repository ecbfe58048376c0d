INSERT DATA { <source/page#sh-contact> schema:isPartOf <source/page-2> . <source/page-2> a schema:WebPage ; schema:name "Seite"@de ; schema:description "Noch eine."@de }
