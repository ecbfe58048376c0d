DELETE DATA { <state/sh#contact-theme> efa:topic "Gesundheit"@de }
