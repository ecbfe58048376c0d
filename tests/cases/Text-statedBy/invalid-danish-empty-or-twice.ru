INSERT DATA { <organisation/itvsh#homepage> efa:statedBy "Amt"@de, "dansk"@da, " "@en }
