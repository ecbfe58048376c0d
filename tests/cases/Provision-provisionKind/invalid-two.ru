INSERT DATA { <state/sh#provision-funding> efa:provisionKind efa:ProvisionKind-supply }
