"""Endpoints over the graph file, with tight limits, and what their answers say."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.serving import Server, serving

DATA = "http://kasei.us/2009/09/sparql/data/"
GRAPHS = [f"{DATA}data{number}.rdf" for number in range(4)]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


@contextmanager
def typed_graphs(folder: Path) -> Iterator[Server]:
    """Give a server with the graphs that the protocol suite names, in *folder*: each says what type it has."""
    named = []
    for number, graph in enumerate(GRAPHS):
        file = folder / f"data{number}.nt"
        file.write_text(
            f"<{graph}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Document> .\n"
        )
        named += ["--named", f"{graph}={file}"]
    with serving(*named, "--workers", 2) as server:
        yield server


@contextmanager
def limited_endpoint(dist: Path) -> Iterator[Server]:
    """Give a server over the graph file of the build *dist*, with tight limits."""
    with serving(
        "--graph",
        dist / "efa-lod-graph.ttl",
        "--no-site",
        "--time-limit",
        2,
        "--memory-limit",
        256,
        "--row-limit",
        3000,
        "--size-limit",
        1,
    ) as server:
        yield server
