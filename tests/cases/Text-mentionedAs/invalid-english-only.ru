DELETE DATA { <state/sh#announced> efa:mentionedAs "Plattform"@de } ;
INSERT DATA { <state/sh#announced> efa:mentionedAs "English"@en }
