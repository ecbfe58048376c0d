"""Identifiers: what two records describe is found, whatever their number, in memory that does not grow with it."""

import errno
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import efa_lod.build.identifiers as room
from efa_lod.build.identifiers import BUCKETS, Identifiers, parts_of
from efa_lod.errors import CannotWrite
from efa_lod.io.reading import Document, Place, read_documents
from efa_lod.model.context import Context
from efa_lod.model.expansion import Expansion
from efa_lod.model.results import Result

BASE = "https://w3id.org/efa-lod/"


def documents_of(start: int, count: int, name: str = "x.jsonl") -> list[Document]:
    """Return *count* records, each of one thing, with numbers from *start* on."""
    return [
        Document({"id": f"municipality/{number:08}"}, Place(name, number + 1), dict)
        for number in range(start, start + count)
    ]


def described(documents: list[Document]) -> list[list[str]]:
    """Return the IRIs of what *documents* describe, as an expansion gives them."""
    return [[f"<{BASE}{document.value['id']}>"] for document in documents]


def repeated(context: Context, *batches: list[Document], most: int = 100) -> list[Result]:
    """Return what is found in *batches*."""
    with Identifiers() as identifiers:
        for batch in batches:
            identifiers.add(parts_of(batch, described(batch), context))
        return sorted(identifiers.repeated(context, most), key=lambda result: result.place.line)


def test_what_is_described_twice_is_found_with_both_places(context: Context) -> None:
    """The first place is named in the message, each later one is a result of its own."""
    found = repeated(context, documents_of(0, 50), documents_of(40, 20), documents_of(45, 1, "y.jsonl"))
    told = {(str(result.place), result.found): result.message("en") for result in found}

    assert 11 == len(found) == len(told)
    assert {"second-id"} == {result.rule for result in found}
    assert "This identifier is taken already, at x.jsonl:46." in told["y.jsonl:46", "municipality/00000045"]
    assert "x.jsonl:41" in told["x.jsonl:41", "municipality/00000040"]


def test_nothing_is_found_where_nothing_is_described_twice(context: Context) -> None:
    """A hundred thousand things are all different."""
    assert [] == repeated(context, *(documents_of(start, 5000) for start in range(0, 100_000, 5000)))


def test_no_more_are_told_than_asked_for(context: Context) -> None:
    """The list ends where enough is said."""
    batch = documents_of(0, 300)

    assert [7, 0, 300] == [len(repeated(context, batch, batch, most=most)) for most in (7, 0, 1000)]


def test_things_are_told_by_their_own_lines(context: Context, tmp_path: Path) -> None:
    """In a file with a line for each key, the place of a thing is the line of its identifier."""
    path = tmp_path / "x.yaml"
    path.write_text('"@context": context.jsonld\nid: state/sh\nsubjectOf:\n  type: Record\n  id: state/sh#record\n')
    [document] = read_documents(path, "x.yaml")
    expand = Expansion(context)
    expand(document.value)
    with Identifiers() as identifiers:
        for _ in range(2):
            identifiers.add(parts_of([document], [[*expand.described]], context))
        found = {result.found: str(result.place) for result in identifiers.repeated(context, 10)}

    assert {"state/sh": "x.yaml:2", "state/sh#record": "x.yaml:5"} == found


def test_identifiers_of_all_scripts_come_back(context: Context) -> None:
    """An IRI may hold any letters."""
    batch = [Document({"id": "gemeinde/Gößweinstein-😀"}, Place("ä.jsonl", 1), dict)]

    assert ["gemeinde/Gößweinstein-😀"] == [result.found for result in repeated(context, batch, batch)]


def many(count: int, context: Context) -> Iterator[list[bytes]]:
    """Yield the parts of *count* things, in batches."""
    for start in range(0, count, 2000):
        batch = documents_of(start, 2000)
        yield parts_of(batch, described(batch), context)


def spilled() -> int:
    """Return how many deleted files this process has open."""
    found = 0
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the number by which the folder is read
            found += "(deleted)" in str(link.readlink())
    return found


def peak(count: int, context: Context, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the most bytes that *count* things need at a time, with a thousand bytes of each part in memory."""
    monkeypatch.setattr(room, "_IN_MEMORY", 1000)
    tracemalloc.start()
    with Identifiers() as identifiers:
        for parts in many(count, context):
            identifiers.add(parts)
        assert [] == [*identifiers.repeated(context, 10)]
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return used


def test_memory_does_not_grow_with_the_number(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six times as many things take about as much memory: only one part of them is looked at, at a time."""
    few, lots = peak(10_000, context, monkeypatch), peak(60_000, context, monkeypatch)

    assert lots < few * 1.3


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed as Linux tells of them")
def test_parts_go_to_disk_and_are_gone_afterwards(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that grows goes to a file without a name, which ends with the work, also when it is interrupted."""
    monkeypatch.setattr(room, "_IN_MEMORY", 1000)
    before = spilled()
    with pytest.raises(KeyboardInterrupt), Identifiers() as identifiers:
        for parts in many(20_000, context):
            identifiers.add(parts)
        assert before + BUCKETS == spilled()
        raise KeyboardInterrupt

    assert before == spilled()


def test_a_full_disk_is_one_line(context: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where there is no room for what must be remembered, the folder for it is named."""

    class Full:
        def write(self, data: bytes) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *stop: object) -> None: ...

    def full(*_: Any, **__: Any) -> Full:
        return Full()

    monkeypatch.setattr(room, "_IN_MEMORY", 0)
    monkeypatch.setattr("tempfile.TemporaryFile", full)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Identifiers() as identifiers, pytest.raises(CannotWrite, match=f"{tmp_path}: cannot be written: No space"):
        identifiers.add(next(many(2000, context)))
