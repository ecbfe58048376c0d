"""The plain way with rdflib: one query over one file, the answer as CSV.

Usage: python peer_query.py GRAPH QUERY
"""

import sys
from pathlib import Path

from rdflib import Graph

if __name__ == "__main__":
    graph = Graph().parse(sys.argv[1])
    found = graph.query(Path(sys.argv[2]).read_text("utf-8"))
    sys.stdout.buffer.write(found.serialize(format="csv") or b"")
