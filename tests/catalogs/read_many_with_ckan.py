"""Print as JSON what ckanext-dcat makes of each Turtle file in a folder, by name, as a harvester would."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

processors = importlib.import_module("ckanext.dcat.processors")
found: dict[str, Any] = {}
for file in sorted(Path(sys.argv[1]).glob("*.ttl")):
    parser = processors.RDFParser()
    parser.parse(file.read_text(encoding="utf-8"), _format="text/turtle")
    try:
        found[file.stem] = list(parser.datasets())
    except Exception as error:
        found[file.stem] = repr(error)
print(json.dumps(found))
