"""Check and build inside Apache Spark: the batch function of one machine on as many as there are.

Spark reads the lines, cuts them into partitions and gives each to ``batches.Road``; nothing here schedules, retries or
shuffles. What the batches come to goes back to Spark as a table of named pieces, and all that follows is Spark's own
work on that table. Paths are whatever Spark reads and writes: local, ``hdfs://``, ``s3a://``.

Of each dump a folder is written instead of a file, with a part for each partition. Every part is a file of its own in
its format, and together they hold what the one file holds. All else in the output is as ``build`` writes it.
"""

import hashlib
import logging
import os
import pickle
import re
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import reduce
from html import escape
from itertools import groupby
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from efa_lod.build.batches import BATCH_BYTES, MOST_RESULTS, RECORDS, Outcome, Piece, Road
from efa_lod.build.build import Build, Output, described_parts, fixed_files, inventory, own_parts
from efa_lod.catalog.dcat import (
    GRAPH_FILE,
    OFFERS,
    PARTS_LIST,
    catalogue_files,
    contents,
    graph_context,
    graph_description,
)
from efa_lod.catalog.void import void_files
from efa_lod.errors import BrokenInput, CannotWrite, EfaLodError
from efa_lod.extras import extra
from efa_lod.io.reading import Place
from efa_lod.model.context import Context, read_context
from efa_lod.model.publication import Publication, check_catalogue_settings
from efa_lod.model.records import publication_records, second_id
from efa_lod.model.results import Result, conforms, in_order
from efa_lod.rdf.formats import BY_NAME, DUMPS, TURTLE, Batch, File, Format
from efa_lod.rdf.predicate_index import Columns
from efa_lod.rdf.statistics import Tally
from efa_lod.sparql.cookbook import cookbook_triples
from efa_lod.validation.shacl import RECOMMENDED_SHAPES, RECORD_SHAPES, Engine, Shapes

if TYPE_CHECKING:
    from pyspark import Broadcast
    from pyspark.sql import DataFrame, SparkSession

Split = tuple[str, int]
"""A part of a file as Spark cuts it: the file's address and the position of its first byte."""
Row = tuple[str, bytes]
"""The name and the content of a piece of what a partition comes to; the name is that of a format or one of these."""
_SUMMARY, _RESULTS, _DESCRIBED, _OWN = "summary", "results", "described", "own"
_ROW = "name string, content binary"
_ROWS_AT_ONCE = "spark.sql.inMemoryColumnarStorage.batchSize"
_PIECE_BYTES = 256_000
_RENAMED_AT_ONCE = 16
_LONGEST_END, _QUIET_LOOKS, _BETWEEN_LOOKS, _TRIES = 60, 5, 0.2, 3
"""Seconds to wait for the end of tasks that were cancelled, how often and when to look, and how often to try again."""
_LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "FATAL",  # what stops a job is told as one line
    "spark.ui.enabled": "false",
}
"""Settings of a Spark on this machine: nobody else reaches it."""


class SparkStopped(EfaLodError):
    """A job that Spark gave up, or a Spark that could not begin."""


# --- Spark itself ---------------------------------------------------------------------------------------------------


@contextmanager
def session(master: str | None = None) -> Iterator["SparkSession"]:
    """Give the session that is there, or one at *master* that ends with the block.

    Without *master*, the one that ``spark-submit`` names is used where it runs the program, or else this machine. Raise
    BadSetting when Spark is not installed, and SparkStopped when it cannot begin.
    """
    with extra("spark"):
        from pyspark.sql import SparkSession
    if there := SparkSession.getActiveSession():
        yield there
        return
    with _told("Spark cannot begin"):
        begun = _session(master)
    try:
        yield begun
    finally:
        with suppress(*_spark_errors()):  # it may have ended by itself, which is told already
            begun.stop()


def _session(master: str | None) -> "SparkSession":
    from pyspark.sql import SparkSession

    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    master = master or (None if submitted else "local[*]")
    builder = SparkSession.builder.appName("efa-lod")
    if master:
        builder = builder.master(master)
    if not submitted and master and master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        for name, value in _LOCAL.items():
            builder = builder.config(name, value)
        builder = builder.config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
    begun: SparkSession = builder.getOrCreate()
    _take_interruptions()
    return begun


def _take_interruptions() -> None:
    """Let Ctrl-C raise KeyboardInterrupt and nothing more: pyspark would ask Java while it waits for Java's answer."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
    logging.getLogger().addFilter(lambda record: "while sending command" not in str(record.msg))  # py4j's traceback


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what Spark raises inside the block into SparkStopped, which says *what* went wrong and why in one line."""
    try:
        yield
    except _spark_errors() as error:
        raise SparkStopped(f"{what}: {_cause(error)}") from error


def _spark_errors() -> tuple[type[Exception], ...]:
    """Return what Spark and the way to it raise."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError, OSError


def _cause(error: Exception) -> str:
    """Return the innermost of the causes that Spark strings together, which alone says what happened."""
    text = f"{error}\n{getattr(error, '_stackTrace', '')}"
    if "JAVA_GATEWAY_EXITED" in text:
        return "no Java answered – install Java 17 or newer, or name it with JAVA_HOME"
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("\t")]
    traced = [line for line in lines if _RAISED.match(line)]
    causes = [line for line in lines if line.startswith(("Caused by: ", ": "))]
    return (traced or causes or lines[:1])[-1].removeprefix("Caused by").removeprefix(": ")


_RAISED = re.compile(r"(\w+\.)*\w*(Error|Exception): (?!Traceback)")
"""How the last line of a Python traceback begins, as it stands within a message of Java's."""


# --- reading --------------------------------------------------------------------------------------------------------


def _lines(spark: "SparkSession", files: Sequence[str]) -> "DataFrame":
    """Return the lines of *files* (JSON Lines, packed or not) as bytes, each with the split that it is in."""
    from pyspark.errors import AnalysisException
    from pyspark.sql.functions import col

    try:
        found = spark.read.text(list(files), lineSep="\n")
    except AnalysisException as error:
        raise BrokenInput(f"{', '.join(files)}: cannot be read: {_cause(error)}") from error
    split = col("_metadata.file_path").alias("path"), col("_metadata.file_block_start").alias("start")
    return found.select(col("value").cast("binary"), *split)


def _lines_before(lines: "DataFrame", files: Sequence[str]) -> dict[Split, tuple[str, int]]:
    """Return for each split how messages call its file and how many of the file's *lines* stand before it."""
    given = {str(Path(file).absolute()): file for file in files if "://" not in file}
    counted = sorted(tuple(row) for row in lines.groupBy("path", "start").count().collect())
    before: dict[Split, tuple[str, int]] = {}
    for path, splits in groupby(counted, key=lambda row: row[0]):
        passed = 0
        for _, start, count in splits:
            before[path, start] = given.get(_name(path), _name(path)), passed
            passed += count
    return before


def _name(address: str) -> str:
    """Return how messages call the file at *address*."""
    return unquote(f"/{address[5:].lstrip('/')}") if address.startswith("file:") else address


def pieces(lines: Iterable[Any], name: str, before: int) -> Iterator[Piece]:
    """Yield the *lines* of a split of the file *name*, many at once; *before* others came before them."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(bytes(line[0]) + b"\n")
        size += len(held[-1])
        if len(held) >= RECORDS or size >= BATCH_BYTES:
            yield Piece(name, ".jsonl", size, b"".join(held), before)
            before, size, held = before + len(held), 0, []
    if held:
        yield Piece(name, ".jsonl", size, b"".join(held), before)


# --- on the machines that work --------------------------------------------------------------------------------------


@dataclass
class Summary:
    """What the partition *number* came to: counts, size and digest of its part of each dump, or why it *stopped*."""

    number: int
    records: int = 0
    results: int = 0
    counted: Tally = field(default_factory=Tally)
    parts: dict[str, tuple[int, str]] = field(default_factory=dict)
    stopped: str = ""

    def add(self, outcome: Outcome) -> None:
        """Count *outcome*."""
        self.records += outcome.records
        self.results += len(outcome.results)
        self.counted += outcome.counted


@dataclass(frozen=True)
class Work:
    """What is done with a partition; it is sent to the machines once, and reads no file there."""

    road: Road
    before: Mapping[Split, tuple[str, int]]
    context: Context
    formats: Sequence[str] = ()

    def __call__(self, number: int, lines: Iterable[Any]) -> Iterator[Row]:
        """Yield what *lines* come to, a summary last; after a batch that cannot be read, no more."""
        summary = Summary(number)
        parts = [Part(BY_NAME[name], self.context) for name in self.formats]
        try:
            for outcome in self._outcomes(lines):
                summary.add(outcome)
                for piece in in_lines(b"".join(outcome.described)):
                    yield _DESCRIBED, piece
                if outcome.results:
                    yield _RESULTS, pickle.dumps(outcome.results)
                for part in parts:
                    yield from part.add(b"".join(outcome.written.get(part.form.name, ())))
            for part in parts:
                yield from part.end()
            summary.parts = {part.form.name: (part.size, part.sha256) for part in parts if part.size}
        except EfaLodError as error:
            summary.stopped = str(error)
        yield _SUMMARY, pickle.dumps(summary)

    def _outcomes(self, lines: Iterable[Any]) -> Iterator[Outcome]:
        for (path, start), group in groupby(lines, key=lambda line: (line[1], line[2])):
            name, before = self.before[path, start]
            yield from (self.road([piece]) for piece in pieces(group, name, before))


class Part:
    """A part of a dump that is a file of its own, in pieces that Spark ends with a line break; empty without records.

    *size* and *sha256* are those of the file that comes of it.
    """

    def __init__(self, form: Format, context: Context) -> None:
        self.form = form
        self.size = 0
        self._context = context
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Return the digest of what was added, in hexadecimal digits."""
        return self._digest.hexdigest()

    def add(self, body: bytes) -> Iterator[Row]:
        """Yield the pieces of what a batch became in this format, after the beginning of the file where it is first."""
        if self.size or not body:
            yield from self._pieces(body)
        else:
            yield from self._pieces(self.form.head(self._context))
            yield from self._pieces(body.removeprefix(b",\n"))  # between the objects of JSON-LD

    def end(self) -> Iterator[Row]:
        """Yield what stands at the end of the file."""
        if self.size:
            yield from self._pieces(self.form.tail.removeprefix(b"\n"))  # the break is there already

    def _pieces(self, data: bytes) -> Iterator[Row]:
        for piece in in_lines(data):
            self._digest.update(piece + b"\n")
            self.size += len(piece) + 1
            yield self.form.name, piece


def in_lines(data: bytes) -> Iterator[bytes]:
    """Yield *data* in pieces of whole lines, each without its last line break: Spark holds a hundred at a time."""
    data = data.removesuffix(b"\n")
    begin = 0
    while 0 <= begin < len(data):
        end = data.find(b"\n", begin + _PIECE_BYTES)
        yield data[begin:] if end < 0 else data[begin:end]
        begin = end + 1 if end >= 0 else end


# --- what all partitions came to ------------------------------------------------------------------------------------


class Table:
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
            self.summaries: list[Summary] = [pickle.loads(row.content) for row in self._named(_SUMMARY).collect()]
        finally:
            spark.conf.set(_ROWS_AT_ONCE, rows_at_once)
        self.summaries.sort(key=lambda summary: summary.number)
        for stopped in (summary.stopped for summary in self.summaries if summary.stopped):
            raise BrokenInput(stopped)
        if not any(summary.records for summary in self.summaries):
            raise BrokenInput("expected at least one record in all that was named, found none")

    def forget(self) -> None:
        """Let the machines remove what they keep."""
        self._rows.unpersist()

    def results(self) -> list[Result]:
        """Return what was found, MOST_RESULTS at most."""
        found: list[Result] = []
        if any(summary.results for summary in self.summaries):
            for row in self._named(_RESULTS).toLocalIterator():
                found += pickle.loads(row.content)[: MOST_RESULTS - len(found)]
                if len(found) == MOST_RESULTS:
                    break
        return found

    def repeated(self, own: Sequence[bytes], context: Context, most: int) -> Iterator[Result]:
        """Yield a result for each description of a thing described before, *most* of them; *own* stand before all."""
        from pyspark.sql.functions import array_sort, col, collect_list, explode, size, split, struct

        rows = self._named(_DESCRIBED).union(self._spark.createDataFrame([(_OWN, b"".join(own))], _ROW))
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
def _table(spark: "SparkSession", files: Sequence[str], road: Road, context: Context, formats: Sequence[str]) -> Any:
    """Give the table of what becomes of the records of *files*, as long as the block lasts."""
    with _told(", ".join(files)):
        lines = _lines(spark, files)
        work = spark.sparkContext.broadcast(Work(road, _lines_before(lines, files), context, formats))
        table = Table(spark, work, lines)
    try:
        yield table
    finally:
        with suppress(*_spark_errors()):
            table.forget()
            work.unpersist()


def _shapes(publication: Publication, files: Sequence[str], engine: Engine) -> Shapes:
    """Return shapes that are read already: where the work is done, there may be no files of the publication."""
    shapes = Shapes(publication, files, engine)
    assert shapes.triples
    return shapes


# --- checking -------------------------------------------------------------------------------------------------------


def check_in_spark(
    spark: "SparkSession", publication: Publication, files: Sequence[str], engine: Engine = Engine.AUTO
) -> list[Result]:
    """Return what is wrong with the records of *files* beside those of *publication*, as ``checks.check_files`` does.

    Raise BrokenInput for what cannot be read, and SparkStopped when Spark gives up.
    """
    context = read_context(publication)
    beside = list(publication_records(publication))
    shapes = _shapes(publication, (RECORD_SHAPES, RECOMMENDED_SHAPES), engine)
    road = Road(publication, context, shapes, beside, advice=True)
    with _table(spark, files, road, context, ()) as table:
        return _found(table, described_parts(beside, context), context)


def _found(table: Table, own: Sequence[bytes], context: Context) -> list[Result]:
    """Return what was found in all batches and between them, in order."""
    with _told("the records"):
        results = table.results()
        results += table.repeated(own, context, MOST_RESULTS - len(results))
    return in_order(results)


# --- building -------------------------------------------------------------------------------------------------------


def build_in_spark(
    spark: "SparkSession",
    publication: Publication,
    files: Sequence[str],
    out: str,
    engine: Engine = Engine.AUTO,
    formats: Sequence[str] = (),
) -> Build:
    """Read and validate *publication* and the records of *files*, and write the outputs to the new folder *out*.

    *formats* are the names of the dumps, all if there are none. Nothing is written when there is a violation. Raise
    BrokenInput for what cannot be read, CannotWrite when *out* is there already or cannot be written, and SparkStopped
    when Spark gives up; no half of a folder is left.
    """
    check_catalogue_settings(publication.settings)
    folder = Folder(spark, out)
    context = read_context(publication)
    results, own, ontology = own_parts(publication, context, engine, in_parts=True)
    if not conforms(results):
        return Build(results)
    dumps = [dump for dump in DUMPS if dump.name in formats or not formats]
    names = list(dict.fromkeys([TURTLE.name, *(dump.name for dump in dumps)]))
    road = Road(publication, context, _shapes(publication, (RECORD_SHAPES,), engine), own.documents, formats=names)
    with _table(spark, files, road, context, names) as table:
        results += _found(table, described_parts(own.documents, context), context)
        if not conforms(results):
            return Build(in_order(results))
        with folder.kept_if_finished():
            outputs = _outputs(publication, context, dumps, own, ontology, table, folder)
    records = len(own.documents) + sum(summary.records for summary in table.summaries)
    return Build(in_order(results), outputs, records)


def _outputs(
    publication: Publication,
    context: Context,
    dumps: Sequence[Format],
    own: Batch,
    ontology: Batch,
    table: Table,
    folder: "Folder",
) -> list[Output]:
    """Write everything to *folder*, and return what was written."""
    counted = reduce(add, (summary.counted for summary in table.summaries))
    base = [*own.statements, *ontology.statements]
    facts = contents(publication, own.documents, base, counted.modified)
    described = graph_description(publication, facts)
    frame = graph_context(context)
    written: list[Output] = []
    for dump in dumps:
        first = b"".join(dump.write([own], context))
        written += folder.dump(f"efa-lod{dump.suffix}", dump, table, first, len(own.statements))
    everything = dict.fromkeys([*base, *described.statements])
    first = b"".join([TURTLE.head(frame), *(TURTLE.body(part, frame) for part in (own, ontology, described))])
    graph = folder.dump(GRAPH_FILE, TURTLE, table, first, len(everything))
    written += graph
    parts = parts_of_dumps(written)
    sizes = {path: sum(part.size for part in of_dump) for path, of_dump in parts.items()}
    tables = [part.path for part in parts.get("efa-lod.csv", [])]
    counted = Tally.of(Columns(everything), publication.base_iri) + counted
    recipes = cookbook_triples(publication)
    written += folder.files(fixed_files(publication, context, ontology, recipes, tables or ["efa-lod.csv"]))
    written += folder.files(catalogue_files(publication, facts, sizes, in_parts=True))
    written += folder.files(void_files(publication, facts, counted, [part.path for part in graph]))
    written += folder.files([(PARTS_LIST, "text/html", [parts_page(publication, parts)], None)])
    return written + folder.files(inventory(publication, facts, written))


def parts_of_dumps(outputs: Iterable[Output]) -> dict[str, list[Output]]:
    """Return the parts among *outputs* by the folder of the dump that they are parts of."""
    parts: dict[str, list[Output]] = {}
    for output in outputs:
        folder, found, _ = output.path.partition("/part-")
        if found:
            parts.setdefault(folder, []).append(output)
    return parts


_PARTS_PAGE = """<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>Jeder Teil ist für sich eine Datei in seinem Format; alle Teile zusammen sind das Ganze. Prüfsummen stehen in
<a href="SHA256SUMS">SHA256SUMS</a>.</p>
<p lang="en">Each part is a file of its own in its format; all parts together are the whole. Digests are in
<a href="SHA256SUMS">SHA256SUMS</a>.</p>
{lists}</main>
</body>
</html>
"""


def parts_page(publication: Publication, parts: Mapping[str, Sequence[Output]]) -> bytes:
    """Return the page that lists *parts* by dump; the catalogue leads to it."""
    lists = "".join(
        f'<section id="{offer.name}">\n<h2>{escape(offer.title["de"])} '
        f'<span lang="en">({escape(offer.title["en"])})</span></h2>\n<ul>\n'
        + "".join(f'<li><a href="{part.path}">{part.path}</a> ({part.size} Bytes)</li>\n' for part in parts[offer.path])
        + "</ul>\n</section>\n"
        for offer in OFFERS
        if offer.path in parts
    )
    return _PARTS_PAGE.format(title=escape(publication.texts("de")["title"]), lists=lists).encode()


class Folder:
    """The folder of the outputs, on whatever file system Spark reaches: another name until all is written."""

    def __init__(self, spark: "SparkSession", address: str) -> None:
        """Raise CannotWrite when there is something at *address*, and SparkStopped where Spark cannot reach it."""
        self._context: Any = spark.sparkContext
        self._java = self._context._jvm
        self._address = address.rstrip("/")
        before, slash, name = self._address.rpartition("/")
        if not name:
            raise CannotWrite(f"{address or 'an empty name'}: is no folder that could be made – name a new one with -o")
        self._fresh = f"{before}{slash}.{name}.{self._context.applicationId}.unfinished"
        with _told(address):
            self._system = self._path(self._address).getFileSystem(self._context._jsc.hadoopConfiguration())
            self._system.setWriteChecksum(False)  # of no use where files are published: hidden files beside them
            self._refuse_what_is_there()

    def _refuse_what_is_there(self) -> None:
        if self._system.exists(self._path(self._address)):
            raise CannotWrite(f"{self._address}: is there already, so nothing is written – name a new folder with -o")

    def _path(self, address: str) -> Any:
        return self._java.org.apache.hadoop.fs.Path(address)

    @contextmanager
    def kept_if_finished(self) -> Iterator[None]:
        """Give the folder its name when the block comes to its end, or else remove it."""
        tag = f"efa-lod {self._fresh.rpartition('/')[2]}"
        with _told(f"{self._address}: cannot be written"):
            try:
                self._context.addJobTag(tag)
                yield
                self._finish()
            except BaseException:
                self._clean(tag)
                raise

    def _finish(self) -> None:
        """Give the folder its name, and mark it: where a folder is renamed file by file, the mark comes last."""
        self._refuse_what_is_there()
        if not self._system.rename(self._path(self._fresh), self._path(self._address)):
            raise CannotWrite(f"{self._address}: cannot be written: what is in {self._fresh} cannot be renamed")
        self._system.create(self._path(f"{self._address}/_SUCCESS"), False).close()

    def _clean(self, tag: str) -> None:
        """Remove what is not finished; an interrupted py4j may lose connections, so each try has its own thread."""
        for _ in range(_TRIES):
            with suppress(*_spark_errors()), ThreadPoolExecutor(1) as cleaner:
                cleaner.submit(self._remove_rest, tag).result()
                return

    def _remove_rest(self, tag: str) -> None:
        """Remove what is not finished, until it stays away: tasks that are cancelled may still write for a moment."""
        self._context.cancelJobsWithTag(tag)
        end = time.monotonic() + _LONGEST_END
        quiet = 0
        while quiet < _QUIET_LOOKS and time.monotonic() < end:
            quiet = 0 if self._system.delete(self._path(self._fresh), True) else quiet + 1
            time.sleep(_BETWEEN_LOOKS)

    def dump(self, path: str, form: Format, table: Table, first: bytes, triples: int) -> list[Output]:
        """Write *form* of *table* as parts in the folder *path*, *first* before them; return the parts."""

        def name(number: int) -> str:
            return f"{path}/part-{number:05}{form.suffix}"

        outputs = self.files([(name(0), form.media_type, [first], triples if form.holds_all else None)])
        raw = f"{self._fresh}/_{form.name}"
        table.write(form.name, raw)
        moves = []
        found = self._sizes(raw)
        made = [summary for summary in table.summaries if summary.records]
        for number, summary in enumerate(made, 1):
            size, sha256 = summary.parts.get(form.name, (0, ""))
            source, there = found.get(summary.number, ("", 0))
            if size != there:
                raise CannotWrite(
                    f"{name(number)}: expected {size:,} bytes, found {there:,} – is something else written here?"
                )
            if size:
                moves.append((f"{raw}/{source}", f"{self._fresh}/{name(number)}"))
                count = summary.counted.statements if form.holds_all else None
                outputs.append(Output(name(number), form.media_type, size, sha256, count))
        with ThreadPoolExecutor(_RENAMED_AT_ONCE) as movers:
            if not all(movers.map(self._moved, moves)):
                raise CannotWrite(f"{self._fresh}/{path}: the parts cannot be renamed")
        self._system.delete(self._path(raw), True)
        return outputs

    def _sizes(self, raw: str) -> dict[int, tuple[str, int]]:
        """Return name and size of what Spark wrote to the folder *raw* for each partition."""
        listed = [(status.getPath().getName(), status.getLen()) for status in self._system.listStatus(self._path(raw))]
        return {int(name.split("-")[1]): (name, size) for name, size in listed if name.startswith("part-")}

    def _moved(self, move: tuple[str, str]) -> bool:
        return bool(self._system.rename(self._path(move[0]), self._path(move[1])))

    def files(self, made: Iterable[File]) -> list[Output]:
        """Write whole files; return what was written."""
        outputs = []
        for path, media_type, pieces, triples in made:
            data = b"".join(pieces)
            stream = self._system.create(self._path(f"{self._fresh}/{path}"), False)
            stream.write(bytearray(data))
            stream.close()
            outputs.append(Output(path, media_type, len(data), hashlib.sha256(data).hexdigest(), triples))
        return outputs
