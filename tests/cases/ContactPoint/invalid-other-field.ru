INSERT DATA { <state/sh#contact-itvsh> efa:scope efa:Scope-state }
