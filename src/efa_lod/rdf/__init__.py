"""Statements as graphs, indexes and counts, and files in each syntax.

What the statements mean is left to :mod:`efa_lod.model`.

- ``formats``: Write records and statements as files: one table of formats, and a writer for each.
- ``graphs``: Turn records and RDF texts into triples, and triples into graphs.
- ``predicate_index``: Statements in columns: what all things say with one property, to count and to check many
  records in a few passes.
- ``single_graph``: A store for one rdflib graph, for jobs that ask it tens of thousands of small questions.
- ``statistics``: Count what statements say, part by part: the counts of two parts add up to those of both.
"""
