INSERT DATA { <state/sh#provision-funding> efa:extent efa:Extent-fully }
