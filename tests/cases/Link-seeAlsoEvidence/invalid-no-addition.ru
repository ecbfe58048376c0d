INSERT DATA { <state/sh#contact-unit> rdfs:seeAlso <https://unit.example/> }
