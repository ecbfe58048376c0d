"""The plain way with rdflib and pySHACL: YAML-LD records to validated graph to the RDF dumps and the graph file.

It reads the same files with the same context and checks them against the same shapes as ``efa-lod build``, with the
fast YAML loader and without tracing anything back to lines. It writes no table, no catalogue and no digests.

Usage: python peer_build.py PUBLICATION OUT
"""

import json
import sys
from pathlib import Path

import pyshacl
import yaml
from rdflib import Graph

SYNTAXES = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}


def main(publication: Path, out: Path) -> None:
    """Read, validate and write *publication* to the folder *out*."""
    data = publication / "data"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    base = yaml.load((data / "publication.yaml").read_text("utf-8"), loader)["baseIri"]
    context = json.loads((publication / "ontology/context.jsonld").read_text("utf-8"))["@context"]
    shared = [data / "organisations.yaml", data / "marketplaces.yaml", *sorted((data / "sources").glob("*.yaml"))]
    nodes = []
    for file in [*sorted((data / "states").glob("*.yaml")), *shared]:
        for node in yaml.load_all(file.read_text("utf-8"), loader):
            nodes.append({key: value for key, value in node.items() if key != "@context"})
    whole = json.dumps({"@context": context, "@graph": nodes}, default=str)  # YAML reads dates as dates
    records = Graph().parse(data=whole, format="json-ld", publicID=base)

    shapes = Graph()
    for name in ("record", "dataset"):
        shapes.parse(publication / f"shapes/{name}.ttl")
    conforms, _, text = pyshacl.validate(records, shacl_graph=shapes, inference=None)
    if not conforms:
        sys.exit(str(text))

    ontology = Graph().parse(publication / "ontology/efa.ttl")
    out.mkdir(parents=True, exist_ok=True)
    for suffix, syntax in SYNTAXES.items():
        records.serialize(out / f"efa-lod.{suffix}", format=syntax, encoding="utf-8")
        if suffix in ("nt", "rdf"):
            ontology.serialize(out / f"ontology.{suffix}", format=syntax, encoding="utf-8")
    (records + ontology).serialize(out / "efa-lod-graph.ttl", format="turtle")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
