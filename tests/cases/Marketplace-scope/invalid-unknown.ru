INSERT DATA { <state/sh#announced> efa:scope efa:Scope-city }
