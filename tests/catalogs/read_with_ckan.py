"""Print as JSON what ckanext-dcat makes of a catalogue: called with a file and its media type, as a harvester would."""

import importlib
import json
import sys
from pathlib import Path

file, media_type = sys.argv[1:]
parser = importlib.import_module("ckanext.dcat.processors").RDFParser()
parser.parse(Path(file).read_text(encoding="utf-8"), _format=media_type)
print(json.dumps(list(parser.datasets()), sort_keys=True))
