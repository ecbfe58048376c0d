"""Read YAML, JSON and JSON Lines strictly, keeping the line of every key.

The files are edited by people and may come from strangers. So nothing is guessed (a value is text unless it is a
mapping or a list), nothing is expanded (anchors, tags and merge keys are refused), and size and depth are bounded.
What the keys mean is left to ``context`` and ``records``.
"""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from efa_lod.errors import in_german
from efa_lod.io.documents import MAX_BYTES, MAX_DEPTH, READING_MESSAGES, Document, KeyPath, Place
from efa_lod.io.files import opened
from efa_lod.io.json import read_json, read_json_lines
from efa_lod.io.yaml import read_yaml

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "READERS",
    "Document",
    "KeyPath",
    "Place",
    "read_documents",
    "read_json",
    "read_json_lines",
    "read_packed_json_lines",
    "read_yaml",
    "suffix_of",
]


def read_documents(path: Path, name: str | None = None) -> Iterator[Document]:
    """Yield the documents of a ``.yaml``, ``.yml``, ``.json`` or ``.jsonl`` file, in order.

    *name* is how messages call the file. Raise BrokenInput when the file cannot be read or is none of these.
    """
    name = name or str(path)
    suffix = suffix_of(name)
    if suffix not in READERS:
        raise READING_MESSAGES.broken("suffix", name, known=", ".join(READERS), suffix=suffix)
    try:
        with opened(path, name) as stream:
            yield from READERS[suffix](stream, name)
    except OSError as error:
        raise READING_MESSAGES.broken("unreadable", name, reason=(error.strerror, in_german(error))) from error


def suffix_of(name: str) -> str:
    """Return the suffix by which the format of a file is known, such as ``.yaml`` or ``.jsonl.gz``."""
    suffixes = Path(name).suffixes[-2:]
    return "".join(suffixes) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])


def read_packed_json_lines(stream: BinaryIO, name: str) -> Iterator[Document]:
    """Yield one document a line of a file packed by gzip; it is unpacked as it is read."""
    import gzip

    try:
        with gzip.open(stream) as lines:
            yield from read_json_lines(cast(BinaryIO, lines), name)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise READING_MESSAGES.broken("gzip", name) from error


READERS: dict[str, Callable[[BinaryIO, str], Iterator[Document]]] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".jsonl.gz": read_packed_json_lines,
}
