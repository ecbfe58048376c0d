INSERT DATA { <state/sh#reuse> efa:furtherMarketplace <marketplace/unknown> }
