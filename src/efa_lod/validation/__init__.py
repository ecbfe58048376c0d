"""What is wrong with the data, told with file, line, key and remedy.

What is checked stands in ``shapes/``; what portals ask for besides, in :mod:`efa_lod.catalog`.

- ``advice``: Warn of what no shape says: what may be about a person, and what was confirmed long ago.
- ``prefilter``: A fast look at many records before pySHACL: which things are above suspicion.
- ``privacy``: Warn of what may be about a person: names, mailboxes and mobile numbers where those of an office are
  expected.
- ``reports``: Write the results of a validation for people, programs and build servers: one table of report formats.
- ``shacl``: Validate graphs against SHACL shapes and say of each result where it stands and what to do.
- ``tracing``: The way back from RDF to what a person wrote: from a focus node and a property to file, line, key and
  value.
"""
