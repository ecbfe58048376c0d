INSERT DATA { <state/sh#announced> efa:mentionedAs "noch einer"@de, "dansk"@da, " "@en }
