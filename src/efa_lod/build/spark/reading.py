"""Read lines with Spark: which split of which file each is in, and how many stand before it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from efa_lod.build.batches import BATCH_BYTES, RECORDS, Piece
from efa_lod.build.spark.session import SPARK_ERRORS, cause_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Split = tuple[str, int]
"""A part of a file as Spark cuts it: the file's address and the position of its first byte."""


def record_lines(spark: "SparkSession", files: Sequence[str]) -> "DataFrame":
    """Return the lines of *files* (JSON Lines, packed or not) as bytes, each with the split that it is in."""
    from pyspark.errors import AnalysisException
    from pyspark.sql.functions import col

    try:
        found = spark.read.text(list(files), lineSep="\n")
    except AnalysisException as error:
        raise SPARK_ERRORS.broken("spark-unreadable", ", ".join(files), cause=cause_of(error)) from error
    split = col("_metadata.file_path").alias("path"), col("_metadata.file_block_start").alias("start")
    return found.select(col("value").cast("binary"), *split)


def lines_before(lines: "DataFrame", files: Sequence[str]) -> dict[Split, tuple[str, int]]:
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
