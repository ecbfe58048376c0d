INSERT DATA { <state/sh#reuse> schema:email "info@itvsh.de" }
