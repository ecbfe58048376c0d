"""The JSON-LD contexts of the catalogue and of VoID, and the names of what the catalogue is made of."""

import json

from efa_lod.io.json_objects import JsonObject
from efa_lod.model.context import Context
from efa_lod.model.publication import packaged_folder
from efa_lod.rdf.formats import BY_NAME

SHAPES = "shapes/catalog.ttl"
SETTINGS = "data/publication.yaml"
GRAPH_FILE = "efa-lod-graph.ttl"
PARTS_LIST = "parts.html"
"""Where the parts are listed of what is in parts."""
SYNTAXES = tuple(BY_NAME[name] for name in ("turtle", "json-ld", "rdf-xml"))
"""The formats of the catalogue: those whose media types harvesters know."""


def _packaged_context(name: str) -> JsonObject:
    """Return the context in ``ontology/`` of the package: what it describes comes from this program, not from data."""
    text = (packaged_folder() / f"ontology/{name}-context.jsonld").read_text(encoding="utf-8")
    definition: JsonObject = json.loads(text)["@context"]
    return definition


CATALOGUE_CONTEXT = _packaged_context("catalogue")
"""The meaning of the keys of the catalogue; ``catalog.jsonld`` carries it along."""
VOID_CONTEXT = _packaged_context("void")
"""The meaning of the keys of the VoID description."""
PREFIXES = Context(CATALOGUE_CONTEXT, "").prefixes
"""The prefixes of the catalogue and their namespaces."""
