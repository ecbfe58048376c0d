"""The answers that named queries must give: ``tests/answers``, read so that answers of any engine compare with them.

A table is pinned as CSV and compared row by row, in order. A graph is pinned as N-Triples and compared as a set. A
truth value is pinned as the word.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from efa_lod.model.publication import packaged_folder

ANSWERS = Path(__file__).parents[1] / "answers"
Comparable = list[list[str]] | list[str] | str
"""An answer as it compares: rows under their heading, sorted statements, or the word true or false."""


@dataclass(frozen=True)
class Pinned:
    """The pinned answer of a query; *format* is csv, nt or txt."""

    name: str
    format: str
    answer: Comparable


def query_files() -> dict[str, Path]:
    """Return the files of the named queries by name."""
    return {path.stem: path for path in sorted((packaged_folder() / "data/queries").glob("*.rq"))}


def answer_files() -> dict[str, Path]:
    """Return the files of the pinned answers by name."""
    return {path.stem: path for path in sorted(ANSWERS.iterdir())}


def pinned(name: str) -> Pinned:
    """Return the pinned answer of the query *name*."""
    file = answer_files()[name]
    format_ = file.suffix.removeprefix(".")
    return Pinned(name, format_, comparable(file.read_bytes(), format_))


def comparable(data: bytes, format_: str) -> Comparable:
    """Return an answer that an engine wrote as csv, nt or txt in the form that compares."""
    if format_ == "csv":
        return list(csv.reader(io.StringIO(data.decode(), newline="")))
    if format_ == "nt":
        return sorted({str(quad.triple) for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)})
    return data.decode().strip()
