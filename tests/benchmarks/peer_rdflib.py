"""The plain way with rdflib and pySHACL at any size: JSON Lines to validated graph to all RDF formats.

It reads the records beside those of the publication with the same context, holds them against the same shapes as
``efa-lod build`` and, when OUT is given, writes what it has read to four files. It traces nothing back to lines and
writes no table, no catalogue and no digests.

Usage: python peer_rdflib.py PUBLICATION RECORDS.jsonl [OUT]
"""

import json
import sys
from pathlib import Path

import pyshacl
import yaml
from rdflib import Graph

SYNTAXES = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}


def main(publication: Path, records: Path, out: Path | None = None) -> None:
    """Read, validate and, if there is a folder *out* to write to, write *records* with those of *publication*."""
    data = publication / "data"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    base = yaml.load((data / "publication.yaml").read_text("utf-8"), loader)["baseIri"]
    context = json.loads((publication / "ontology/context.jsonld").read_text("utf-8"))["@context"]
    shared = [data / "organisations.yaml", data / "marketplaces.yaml", *sorted((data / "sources").glob("*.yaml"))]
    nodes: list[dict[str, object]] = []
    for file in [*sorted((data / "states").glob("*.yaml")), *shared]:
        nodes += yaml.load_all(file.read_text("utf-8"), loader)
    with records.open(encoding="utf-8") as lines:
        nodes += map(json.loads, lines)
    for node in nodes:
        del node["@context"]
    whole = json.dumps({"@context": context, "@graph": nodes}, default=str)  # YAML reads dates as dates
    graph = Graph().parse(data=whole, format="json-ld", publicID=base)

    shapes = Graph()
    for name in ("record", "dataset"):
        shapes.parse(publication / f"shapes/{name}.ttl")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes, inference=None)
    if not conforms:
        sys.exit(str(text)[:2000])
    if out:
        out.mkdir(parents=True, exist_ok=True)
        for suffix, syntax in SYNTAXES.items():
            graph.serialize(out / f"efa-lod.{suffix}", format=syntax, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
