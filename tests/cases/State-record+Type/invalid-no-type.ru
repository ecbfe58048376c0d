DELETE DATA { <state/sh#record> a efa:Record }
