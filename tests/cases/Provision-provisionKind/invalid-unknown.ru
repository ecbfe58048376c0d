DELETE DATA { <state/sh#provision-funding> efa:provisionKind efa:ProvisionKind-funding } ;
INSERT DATA { <state/sh#provision-funding> efa:provisionKind efa:ProvisionKind-gift }
