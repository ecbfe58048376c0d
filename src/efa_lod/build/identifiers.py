"""Which things are described, by record after record: what two records both describe is found, whatever their number.

Names are kept in 256 parts by a checksum. A part stays in memory while it is small and goes to a temporary file when
it grows; at the end the parts are looked at one after another, so memory holds one of them at a time.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from io import BytesIO
from itertools import islice
from typing import IO

from efa_lod.errors import CannotWrite
from efa_lod.io.messages import Messages, reason
from efa_lod.io.reading import Document, Place
from efa_lod.model.context import Context
from efa_lod.model.records import second_id, things
from efa_lod.model.results import Result

_ERRORS = Messages(__file__, "errors")

BUCKETS = 256
_IN_MEMORY = 16_384
"""Bytes of a part that stay in memory."""


def parts_of(documents: Sequence[Document], described: Sequence[Sequence[str]], context: Context) -> list[bytes]:
    """Return the things that *documents* describe, as a text for each part; *described* are their IRIs in <>.

    A line of a text holds IRI, file and line number, with tabs between them.
    """
    parts: list[list[str]] = [[] for _ in range(BUCKETS)]
    for document, iris in zip(documents, described, strict=True):
        places = _places(document, context) if document.lines else {}
        end = f"\t{document.place.path}\t{document.place.line}\n"
        for iri in iris:
            parts[zlib.crc32(iri.encode()) % BUCKETS].append(iri + places.get(iri, end))
    return ["".join(part).encode() for part in parts]


def _places(document: Document, context: Context) -> dict[str, str]:
    """Return how the lines for the things in *document* end, for a file with a line for each key."""
    places = {
        context.resolve(thing["id"]): document.place_of((*path, "id")) for path, thing in things(document, context)
    }
    return {f"<{iri}>": f"\t{place.path}\t{place.line}\n" for iri, place in places.items()}


class Identifiers:
    """What has been described so far."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._parts: dict[int, IO[bytes]] = {}

    def __enter__(self) -> "Identifiers":
        return self

    def __exit__(self, *stop: object) -> None:
        self._stack.close()

    def add(self, parts: Iterable[bytes]) -> None:
        """Remember what ``parts_of`` returned; raise CannotWrite when there is no room for it."""
        try:
            for number, part in enumerate(parts):
                if part:
                    file = self._parts.setdefault(number, BytesIO())
                    file.write(part)
                    if isinstance(file, BytesIO) and file.tell() > _IN_MEMORY:
                        self._parts[number] = self._stack.enter_context(_on_disk(file))
        except OSError as error:
            import tempfile

            raise CannotWrite(*_ERRORS("unwritable", tempfile.gettempdir(), reason=reason(error))) from error

    def repeated(self, context: Context, most: int) -> Iterator[Result]:
        """Yield a result for each description of a thing that is described before, *most* of them, in no order."""
        return islice(self._repeated(context), most)

    def _repeated(self, context: Context) -> Iterator[Result]:
        for _, file in sorted(self._parts.items()):
            file.seek(0)
            if _are_different(file):
                continue
            file.seek(0)
            first: dict[str, Place] = {}
            for line in file:
                iri, path, number = line.decode()[:-1].split("\t")
                place = Place(path, int(number))
                if iri in first:
                    yield second_id(context.compact(iri[1:-1]), place, first[iri])
                else:
                    first[iri] = place


def _on_disk(part: BytesIO) -> IO[bytes]:
    """Return a temporary file with what *part* holds."""
    import tempfile  # most checks are of a few records

    file = tempfile.TemporaryFile()  # noqa: SIM115 – the stack of who asks closes it
    file.write(part.getbuffer())
    return file


def _are_different(lines: Iterable[bytes]) -> bool:
    """Return whether no thing stands in two *lines*."""
    names: set[bytes] = set()
    count = 0
    for line in lines:
        names.add(line.partition(b"\t")[0])
        count += 1
    return len(names) == count
