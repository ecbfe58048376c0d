DELETE DATA { <state/sh#provision-funding> efa:condition "soweit es Dienste gibt"@de }
