INSERT DATA { <state/sh#reuse> efa:unnamedCatalogue <organisation/itvsh> }
