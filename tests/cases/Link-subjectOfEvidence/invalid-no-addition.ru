INSERT DATA { <state/sh#contact-itvsh> schema:subjectOf <https://land.example/itvsh> }
