"""Questions to a graph: queries that only read, and workers that can be killed.

HTTP is left to :mod:`efa_lod.web`.

- ``answers``: Write the answer of a query: as a table for people, or in a format for programs.
- ``beginnings``: Find in the beginning of a long query that it is none, before anybody reads the rest.
- ``cookbook``: The named queries for others to take away: as RDF, as lines to paste, as a notebook, and as data for
  the page.
- ``fair_queue``: A queue of jobs in which those go first that have cost least lately.
- ``fork_server``: The process that holds the graph and forks workers, which share its memory.
- ``frames``: Messages between the server, the fork server and the workers: a head, in JSON, and a body of bytes.
- ``guard``: Hold a query to reading what is at hand, before the engine sees it.
- ``notes``: Say what in a query keeps it from an answer: terms that nothing has, and patterns that no statement fits.
- ``parameters``: Read the parameters of a query, which are terms and never become text of it.
- ``patterns``: Refuse queries of so many patterns that the engine would end with its stack.
- ``pool``: The workers of a server: hired, given queries, watched, and replaced.
- ``python_values``: Values of Python for terms of the engine, and terms for values (RDF 1.1 Concepts, XSD 1.1).
- ``queries``: Answer SPARQL queries over graphs in this process, or ask an endpoint elsewhere.
- ``remote``: Ask a SPARQL 1.1 endpoint elsewhere, and take its answer only when it is whole.
- ``replies``: Answer a job over a shared graph, within the limits on rows and bytes.
- ``tokens``: Cut a query into the tokens of SPARQL 1.1 (section 19.8), each pattern as narrow as the engine's own.
- ``tools``: What a language model may ask: tools that only read, whose answers say where they come from and what is
  left open.
- ``worker_connections``: A worker as the server sees it: the connection to its process, the job it has, and what that
  costs.
- ``workers``: Run queries where they can be killed: in processes that share one loaded graph.
"""
