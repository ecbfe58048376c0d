INSERT DATA { <state/sh#announced> efa:scope efa:Scope-state, efa:Scope-nationwide }
