"""Files that are small and cost much: what reads them stops early, and says in one line why."""

import gzip
import time
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.errors import BrokenInput
from efa_lod.io.documents import MAX_DEPTH, MAX_EMPTY_LINES
from efa_lod.io.reading import read_documents

MANY = 8_000_000
BOMBS = {
    "empty.jsonl.gz": gzip.compress(b"\n" * MANY, 9),
    "carriage-returns.jsonl.gz": gzip.compress(b"\r\n" * (MANY // 2), 9),
    "blanks.jsonl.gz": gzip.compress(b" \t \n" * (MANY // 4), 9),
    "after-a-record.jsonl.gz": gzip.compress(b'{"id": "a"}\n' + b"\n" * MANY, 9),
    "empty.jsonl": b"\n" * MANY,
    "one-line.jsonl.gz": gzip.compress(b" " * 20_000_000, 9),
    "documents.yaml": b"---\n" * (MANY // 4),
    "directives.yaml": b"---\n...\n" * (MANY // 8),
    "deep.yaml": b"[" * MANY,
    "deep.json": b"[" * MANY,
}
LONGEST_S = 10
"""Seconds of the processor that a file may cost before it is refused; the first of these took minutes."""


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_does_not_keep_a_reader_busy(name: str, tmp_path: Path) -> None:
    """However a file is made, it is refused in bounded time."""
    (tmp_path / name).write_bytes(BOMBS[name])
    began = time.process_time()
    with pytest.raises(BrokenInput):
        list(read_documents(tmp_path / name))

    assert time.process_time() - began < LONGEST_S


@pytest.mark.parametrize("command", ["validate", "build"])
@pytest.mark.parametrize("name", ["empty.jsonl.gz", "documents.yaml"])
def test_commands_refuse_them_in_one_line(name: str, command: str, tmp_path: Path, cli: Cli) -> None:
    """The message names the file and how many are allowed."""
    (tmp_path / name).write_bytes(BOMBS[name])
    out = ["--no-site", "-o", tmp_path / "out"] if command == "build" else []
    found = cli(command, tmp_path / name, *out)

    said = found.stderr + found.stdout
    assert 2 == found.exit_code, found
    assert f"{MAX_EMPTY_LINES:,}" in said
    assert not (tmp_path / "out").exists()


def test_empty_lines_between_records_are_allowed(tmp_path: Path) -> None:
    """As many empty lines as anybody leaves between records are skipped."""
    file = tmp_path / "records.jsonl"
    file.write_bytes(b'{"id": "a"}\n' + b"\n" * MAX_EMPTY_LINES + b'{"id": "b"}\n')

    assert [(1, "a"), (MAX_EMPTY_LINES + 2, "b")] == [(d.place.line, d.value["id"]) for d in read_documents(file)]


@pytest.mark.parametrize("hidden", ['"{0}"', "'{0}'", "# {0}", '"\\"{0}"', "'it''s {0}'"])
def test_brackets_in_texts_make_nothing_deep(hidden: str, tmp_path: Path) -> None:
    """A file that breaks off is told to be broken, not to be deep, where brackets stand in texts and comments."""
    file = tmp_path / "record.yaml"
    file.write_text(f"a: {hidden.format('[' * (MAX_DEPTH + 1))}\nb: [\n")
    with pytest.raises(BrokenInput) as refused:
        list(read_documents(file))

    assert str(MAX_DEPTH) not in str(refused.value).replace(str(file), "")
