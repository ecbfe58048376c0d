INSERT DATA { <state/sh#reuse> efa:provision <state/sh#financing> }
