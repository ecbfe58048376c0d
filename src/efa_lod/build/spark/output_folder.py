"""The folder that Spark writes: under another name until all is there."""

import hashlib
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from efa_lod.build.spark.piece_table import PieceTable
from efa_lod.build.spark.session import SPARK_ERRORS, spark_errors, telling_stop
from efa_lod.build.writing import WrittenOutput
from efa_lod.errors import CannotWrite
from efa_lod.rdf.formats import Format, OutputFile

if TYPE_CHECKING:
    from py4j.java_gateway import JavaObject
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

_RENAMED_AT_ONCE = 16
_LONGEST_END, _QUIET_LOOKS, _BETWEEN_LOOKS, _TRIES = 60, 5, 0.2, 3
"""Seconds to wait for the end of tasks that were cancelled, how often and when to look, and how often to try again."""


class OutputFolder:
    """The folder of the outputs, on whatever file system Spark reaches: another name until all is written."""

    def __init__(self, spark: "SparkSession", address: str) -> None:
        """Raise CannotWrite when there is something at *address*, and SparkStopped where Spark cannot reach it."""
        self._context: SparkContext = spark.sparkContext
        self._java = self._context._jvm
        self._address = address.rstrip("/")
        before, slash, name = self._address.rpartition("/")
        if not name:
            raise CannotWrite(*SPARK_ERRORS("no-output", address or ("an empty name", "ein leerer Name")))
        self._fresh = f"{before}{slash}.{name}.{self._context.applicationId}.unfinished"
        with telling_stop(address):
            self._system = self._path(self._address).getFileSystem(self._context._jsc.hadoopConfiguration())
            self._system.setWriteChecksum(False)  # of no use where files are published: hidden files beside them
            self._refuse_what_is_there()

    def _refuse_what_is_there(self) -> None:
        if self._system.exists(self._path(self._address)):
            raise CannotWrite(*SPARK_ERRORS("output-is-there", self._address))

    def _path(self, address: str) -> "JavaObject":
        return self._java.org.apache.hadoop.fs.Path(address)

    @contextmanager
    def kept_if_finished(self) -> Iterator[None]:
        """Rename the folder to its final name when the block comes to its end, or else remove it."""
        tag = f"efa-lod {self._fresh.rpartition('/')[2]}"
        with telling_stop((f"{self._address}: cannot be written", f"{self._address}: nicht beschreibbar")):
            try:
                self._context.addJobTag(tag)
                yield
                self._finish()
            except BaseException:
                self._clean(tag)
                raise

    def _finish(self) -> None:
        """Rename the folder to its final name and mark it: where it is renamed file by file, the mark comes last."""
        self._refuse_what_is_there()
        if not self._system.rename(self._path(self._fresh), self._path(self._address)):
            raise CannotWrite(*SPARK_ERRORS("unfinished", self._address, folder=self._fresh))
        self._system.create(self._path(f"{self._address}/_SUCCESS"), False).close()

    def _clean(self, tag: str) -> None:
        """Remove what is not finished; an interrupted py4j may lose connections, so each try has its own thread."""
        for _ in range(_TRIES):
            with suppress(*spark_errors()), ThreadPoolExecutor(1) as cleaner:
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

    def dump(self, path: str, form: Format, table: PieceTable, first: bytes, triples: int) -> list[WrittenOutput]:
        """Write *form* of *table* as parts in the folder *path*, *first* before them; return the parts."""

        def name(number: int) -> str:
            return f"{path}/part-{number:05}{form.suffix}"

        outputs = self.files([OutputFile(name(0), form.media_type, [first], triples if form.holds_all else None)])
        raw = f"{self._fresh}/_{form.name}"
        table.write(form.name, raw)
        moves = []
        found = self._sizes(raw)
        made = [summary for summary in table.summaries if summary.records]
        for number, summary in enumerate(made, 1):
            size, sha256 = summary.parts.get(form.name, (0, ""))
            source, there = found.get(summary.number, ("", 0))
            if size != there:
                raise CannotWrite(*SPARK_ERRORS("other-size", name(number), size=size, there=there))
            if size:
                moves.append((f"{raw}/{source}", f"{self._fresh}/{name(number)}"))
                count = summary.counted.statements if form.holds_all else None
                outputs.append(WrittenOutput(name(number), form.media_type, size, sha256, count))
        with ThreadPoolExecutor(_RENAMED_AT_ONCE) as movers:
            if not all(movers.map(self._moved, moves)):
                raise CannotWrite(*SPARK_ERRORS("parts-not-renamed", f"{self._fresh}/{path}"))
        self._system.delete(self._path(raw), True)
        return outputs

    def _sizes(self, raw: str) -> dict[int, tuple[str, int]]:
        """Return name and size of what Spark wrote to the folder *raw* for each partition."""
        listed = [(status.getPath().getName(), status.getLen()) for status in self._system.listStatus(self._path(raw))]
        return {int(name.split("-")[1]): (name, size) for name, size in listed if name.startswith("part-")}

    def _moved(self, move: tuple[str, str]) -> bool:
        return bool(self._system.rename(self._path(move[0]), self._path(move[1])))

    def files(self, made: Iterable[OutputFile]) -> list[WrittenOutput]:
        """Write whole files; return what was written."""
        outputs = []
        for file in made:
            data = file.data
            stream = self._system.create(self._path(f"{self._fresh}/{file.path}"), False)
            stream.write(bytearray(data))
            stream.close()
            digest = hashlib.sha256(data).hexdigest()
            outputs.append(WrittenOutput(file.path, file.media_type, len(data), digest, file.triples))
        return outputs
