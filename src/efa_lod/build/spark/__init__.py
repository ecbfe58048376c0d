"""Check and build inside Apache Spark: the batch function of one machine on as many as there are.

Spark reads the lines, cuts them into partitions and gives each to ``batches.BatchPipeline``; nothing here schedules,
retries or shuffles. What the batches come to goes back to Spark as a table of named pieces, and all that follows is
Spark's own work on that table. Paths are whatever Spark reads and writes: local, ``hdfs://``, ``s3a://``.

Of each dump a folder is written instead of a file, with a part for each partition. Every part is a file of its own in
its format, and together they hold what the one file holds. All else in the output is as ``build`` writes it.

- ``jobs``: Check and build inside Spark.
- ``output_folder``: The folder that Spark writes: under another name until all is there.
- ``partitions``: What is done with a partition on the machine that works on it.
- ``parts_page``: The parts of dumps, and the page that lists them.
- ``piece_table``: What all partitions came to, as a table of Spark.
- ``reading``: Read lines with Spark: which split of which file each is in, and how many stand before it.
- ``session``: The session of Spark, and what it raises as errors of ours.
"""
