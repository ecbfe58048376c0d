"""What is wrong with the data, told with file, line, key and remedy.

What is checked stands in ``shapes/``; what portals ask for besides, in :mod:`efa_lod.catalog`.

- ``advice``: Warn of what no shape says: what may be about a person, and what was confirmed long ago.
- ``claims``: Refuse statements whose claimed origin cannot carry them: a row that does not say so, evidence that is
  not there.
- ``constraints``: The constraint components and paths of SHACL Core that the pre-filter knows, with their paragraphs.
- ``json_schema``: The form of records as a JSON Schema, by which editors complete and check YAML while it is written.
- ``key_rules``: What the shapes ask of each key of each type: how many values, which ones, and what it is called.
- ``prefilter``: Pre-filter for SHACL: find the candidates among many records, so that pySHACL sees only those.
- ``privacy``: Warn of what may be about a person: names, mailboxes and mobile numbers where those of an office are
  expected.
- ``reports``: Write the results of a validation for people, programs and build servers: one table of report formats.
- ``shacl``: Validate graphs against SHACL shapes and say of each result where it stands and what to do.
- ``shacl_engine``: Ask pySHACL: hold triples against shapes, and read its report.
- ``tracing``: The way back from RDF to what a person wrote: from a focus node and a property to file, line, key and
  value.
- ``validity``: Hold the ends of provisions against the day of the last comparison: what had ended by then is marked so
  in the data.
"""
