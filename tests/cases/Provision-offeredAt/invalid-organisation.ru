INSERT DATA { <state/sh#provision-decision> efa:offeredAt <organisation/itvsh> }
