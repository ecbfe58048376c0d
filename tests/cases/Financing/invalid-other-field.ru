INSERT DATA { <state/sh#financing> efa:paidBy efa:Party-state }
