INSERT DATA { <state/sh#contact-itvsh> schema:telephone "+4943153055047" }
