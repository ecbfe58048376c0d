INSERT DATA { <state/sh> schema:sameAs "Q1194" }
