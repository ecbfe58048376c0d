"""Questions to a graph: queries that only read, and workers that can be killed.

HTTP is left to :mod:`efa_lod.web`.

- ``cookbook``: The named queries for others to take away: as RDF, as lines to paste, as a notebook, and as data for
  the page.
- ``guard``: Hold a query to reading what is at hand, before the engine sees it.
- ``pool``: The workers of a server: hired, given queries, watched, and replaced.
- ``queries``: Answer SPARQL queries over graphs in this process, or ask an endpoint elsewhere.
- ``remote``: Ask a SPARQL 1.1 endpoint elsewhere, and take its answer only when it is whole.
- ``workers``: Run queries where they can be killed: in processes that share one loaded graph.
"""
