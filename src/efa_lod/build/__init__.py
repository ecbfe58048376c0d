"""From records to outputs: in batches, on one process, on several, or on a cluster.

How each output is written is left to the packages above.

- ``batches``: Run through records of any number in batches, on one process or several, in order and in bounded
  memory.
- ``build``: Build a publication: records in, a folder of checked outputs out, as a whole or not at all.
- ``check``: Check what a maintainer names: record files, RDF files, standard input, or the publication as a whole.
- ``file_watch``: Notice which files of a publication change, by looking at them: their time, size and inode.
- ``identifiers``: Which things are described, by record after record: what two records both describe is found,
  whatever their number.
- ``outputs``: The outputs of a build: tables of functions from what the build knows to files.
- ``ownership``: Tell the folders that a build wrote from those of others, so that nothing foreign is replaced.
- ``processes``: Work on many items, one after another or on several processes at a time, with the results in the
  order of the items.
- ``rebuilding``: Build again and again in one process: an output is made again only when something that it reads has
  changed.
- ``release_files``: Write what a build has of releases: frozen folders, feeds, streams, and how to cite.
- ``spark``: Check and build inside Apache Spark: the batch function of one machine on as many as there are.
- ``values``: What a build knows of a publication: each value is made once and handed to every output.
- ``watch_session``: Check and build one publication again and again while its files are edited.
- ``worker_processes``: Processes that take one item of work after another by a pipe of their own, and end with the
  process that began them.
- ``writing``: Write files below a folder or link those that are the same as before, and list what was written.
"""
