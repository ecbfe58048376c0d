DELETE DATA { <state/sh#provision-funding> efa:extent efa:Extent-largely } ;
INSERT DATA { <state/sh#provision-funding> efa:extent efa:Extent-half }
