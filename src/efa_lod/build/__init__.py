"""From records to outputs: in batches, on one process, on several, or on a cluster.

How each output is written is left to the packages above.

- ``batches``: Run through records of any number in batches, on one process or several, in order and in bounded
  memory.
- ``build``: Build a publication: records in, a folder of checked outputs out, as a whole or not at all.
- ``check``: Check what a maintainer names: record files, RDF files, standard input, or the publication as a whole.
- ``identifiers``: Which things are described, by record after record: what two records both describe is found,
  whatever their number.
- ``ownership``: Tell the folders that a build wrote from those of others, so that nothing foreign is replaced.
- ``processes``: Work on many items, one after another or on several processes at a time, with the results in the
  order of the items.
- ``spark``: Check and build inside Apache Spark: the batch function of one machine on as many as there are.
"""
