"""Statements as graphs, indexes and counts, and files in each syntax.

What the statements mean is left to :mod:`efa_lod.model`.

- ``documents``: Write statements as documents: the same in each format in which things are told.
- ``file_forms``: RDF files as people have them: packed, with a byte order mark, or no RDF at all; and why one cannot be
  read.
- ``formats``: Write records and statements as files: one table of formats, and a module for each.
- ``graph_supplement``: What the graph file says beside the records: labels, which dataset things are in, borrowed
  terms, tombstones.
- ``graphs``: Turn records and RDF texts into triples, and triples into graphs.
- ``json_ld``: Write a graph as JSON-LD: an object for each subject, in their order.
- ``notebook_graph``: What a notebook shows of a graph: its size, its types and its first statements.
- ``predicate_index``: Statements in columns: what all things say with one property, to count and to check many
  records in a few passes.
- ``single_graph``: A store for one rdflib graph, for jobs that ask it tens of thousands of small questions.
- ``statistics``: Count what statements say, part by part: the counts of two parts add up to those of both.
- ``subject_index``: Triples by subject and property, to read shapes and ontologies as data without rdflib, which takes
  time to load.
- ``tombstones``: What is said of IRIs that went: that they are not to be used, why, and what replaces them.
"""
