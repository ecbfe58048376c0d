INSERT DATA { <organisation/bund> efa:scope efa:Scope-state }
