INSERT DATA { <state/sh#provision-funding> efa:covers efa:CostItem-lunch }
