"""What all partitions came to, as a table of Spark."""

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from efa_lod.build.batches import MOST_RESULTS, BatchPipeline
from efa_lod.build.spark.partitions import DESCRIBED, RESULTS, SUMMARY, Summary, Work
from efa_lod.build.spark.reading import lines_before, record_lines
from efa_lod.build.spark.session import SPARK_ERRORS, spark_errors, telling_stop
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Place
from efa_lod.model.context import Context
from efa_lod.model.records import second_id
from efa_lod.model.results import Result

if TYPE_CHECKING:
    from pyspark import Broadcast
    from pyspark.sql import DataFrame, SparkSession

_OWN = "own"
_ROW = "name string, content binary"
_ROWS_AT_ONCE = "spark.sql.inMemoryColumnarStorage.batchSize"


class PieceTable:
    """The pieces that all partitions came to, kept on the disks of the machines that made them."""

    def __init__(self, spark: "SparkSession", work: "Broadcast[Work]", lines: "DataFrame") -> None:
        """Work through *lines*; raise BrokenInput for what cannot be read, and when there is no record."""
        from pyspark import StorageLevel

        self._spark = spark
        made = lines.rdd.mapPartitionsWithIndex(lambda number, rows: work.value(number, rows))
        rows_at_once = spark.conf.get(_ROWS_AT_ONCE)
        spark.conf.set(_ROWS_AT_ONCE, "1")
        try:
            self._rows = spark.createDataFrame(made, _ROW, verifySchema=False).persist(StorageLevel.DISK_ONLY)
            self.summaries: list[Summary] = [pickle.loads(row.content) for row in self._named(SUMMARY).collect()]
        finally:
            spark.conf.set(_ROWS_AT_ONCE, rows_at_once)
        self.summaries.sort(key=lambda summary: summary.number)
        for stopped in (summary.stopped for summary in self.summaries if summary.stopped):
            raise BrokenInput(*stopped)
        if not any(summary.records for summary in self.summaries):
            raise SPARK_ERRORS.broken("no-records")

    def forget(self) -> None:
        """Let the machines remove what they keep."""
        self._rows.unpersist()

    def results(self) -> list[Result]:
        """Return what was found, MOST_RESULTS at most."""
        found: list[Result] = []
        if any(summary.results for summary in self.summaries):
            for row in self._named(RESULTS).toLocalIterator():
                found += pickle.loads(row.content)[: MOST_RESULTS - len(found)]
                if len(found) == MOST_RESULTS:
                    break
        return found

    def repeated(self, own: Sequence[bytes], context: Context, most: int) -> Iterator[Result]:
        """Yield a result for each description of a thing described before, *most* of them; *own* stand before all."""
        from pyspark.sql.functions import array_sort, col, collect_list, explode, size, split, struct

        rows = self._named(DESCRIBED).union(self._spark.createDataFrame([(_OWN, b"".join(own))], _ROW))
        line = split(col("line"), "\t")
        place = struct(col("name") != _OWN, line[1], line[2].cast("int"))
        repeated = (
            rows.select("name", explode(split(col("content").cast("string"), "\n")).alias("line"))
            .where("line != ''")
            .groupBy(line[0].alias("iri"))
            .agg(array_sort(collect_list(place)).alias("places"))
            .where(size("places") > 1)
            .orderBy("iri")
            .limit(most)
        )
        for iri, (first, *others) in repeated.collect():
            for place in others:
                yield second_id(context.compact(iri[1:-1]), Place(*place[1:]), Place(*first[1:]))

    def write(self, name: str, folder: str) -> None:
        """Write the pieces called *name* to the new *folder*, a file for each partition."""
        from pyspark.sql.functions import col

        pieces = self._named(name).select(col("content").cast("string"))
        pieces.write.option("compression", "none").option("maxRecordsPerFile", 0).text(folder, lineSep="\n")

    def _named(self, name: str) -> "DataFrame":
        from pyspark.sql.functions import col

        return self._rows.where(col("name") == name)


@contextmanager
def piece_table(
    spark: "SparkSession", files: Sequence[str], pipeline: BatchPipeline, context: Context, formats: Sequence[str]
) -> Iterator[PieceTable]:
    """Yield the table of what becomes of the records of *files*, as long as the block lasts."""
    with telling_stop(", ".join(files)):
        lines = record_lines(spark, files)
        work = spark.sparkContext.broadcast(Work(pipeline, lines_before(lines, files), context, formats))
        table = PieceTable(spark, work, lines)
    try:
        yield table
    finally:
        with suppress(*spark_errors()):
            table.forget()
            work.unpersist()
