INSERT DATA { <state/sh#provision-decision> efa:organisedBy <organisation/unknown> }
