DELETE WHERE { <state/sh> efa:isoCode ?any }
