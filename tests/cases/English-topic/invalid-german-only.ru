DELETE DATA { <state/sh#contact-theme> efa:topic "Health"@en }
