INSERT DATA { <state/sh#provision-decision> efa:decidedBy efa:Party-mayor }
