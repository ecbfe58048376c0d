"""Read what a file says as lines of N-Triples, one form for each statement whatever the syntax.

A line that is written as this program and its engine write it is taken as it stands, many at a time; any other is
parsed and written anew. So the same statements are the same lines.
"""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import pyoxigraph as ox

from efa_lod.errors import BrokenInput
from efa_lod.io.files import MAX_WHOLE, opened, read_whole
from efa_lod.io.limits import refuse_what_explodes
from efa_lod.io.messages import Messages
from efa_lod.model.expansion import Statement, n_triples_lines
from efa_lod.rdf.file_forms import RDF_SUFFIXES

_ERRORS = Messages(__file__, "errors")

PACKED = ".gz"
_CHUNK = 4 << 20
_MANY = 50_000
_IRI = rb'<[A-Za-z][A-Za-z0-9+.-]*+:[^\x00-\x20<>"{}|^`\\]*+>'
_STRING = rb"(?!<http://www\.w3\.org/2001/XMLSchema#string>)"
_LITERAL = rb'"(?:[^"\\\x00-\x1f\x7f]++|\\["\\tbnrf])*+"(?:@[a-z]++(?:-[a-z0-9]++)*+|\^\^' + _STRING + _IRI + rb")?+"
_LINE = rb"(?:" + _IRI + rb" " + _IRI + rb" (?:" + _IRI + rb"|" + _LITERAL + rb") \.\n)"
_CANONICAL = re.compile(_LINE + rb"*+")


def dump_suffix(name: str) -> str:
    """Return the suffix that tells the syntax of the dump called *name*, in lower case; an empty text for no dump."""
    suffix = Path(name.lower().removesuffix(PACKED)).suffix
    return suffix if suffix in RDF_SUFFIXES else ""


def canonical_lines(statements: Iterable[Statement]) -> list[bytes]:
    """Return *statements* as lines in order, each once, in the form that ``statement_lines`` gives."""
    text = "".join(n_triples_lines(statements)).encode()
    return sorted(set(_canonical(text, "the records", 1))) if text else []


def statement_lines(path: Path, name: str, suffix: str) -> Iterator[list[bytes]]:
    """Yield the statements of the dump *path* as lines without their ends, some thousand at a time.

    *name* is how messages call it. Raise BrokenInput when it is not in the syntax that *suffix* stands for, ends in the
    middle, or holds blank nodes, which cannot be compared.
    """
    with opened(path, name) as packed:
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=packed)) if path.name.lower().endswith(PACKED) else packed
        try:
            yield from _from_lines(stream, name) if suffix == ".nt" else _from_text(stream, name, suffix)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BrokenInput(
                f"{name}: cannot be unpacked; it may be cut off – fetch it again",
                f"{name}: lässt sich nicht entpacken, vielleicht ist sie abgeschnitten – holen Sie sie noch einmal",
            ) from error


def _from_lines(stream: BinaryIO, name: str) -> Iterator[list[bytes]]:
    """Yield the statements of N-Triples, read block by block, so that memory does not grow with the file."""
    rest, number = b"", 1
    while block := stream.read(_CHUNK):
        end = block.rfind(b"\n") + 1
        if not end:
            rest += block
            _refuse_long_line(rest, name, number)
            continue
        text, rest = rest + block[:end], block[end:]
        yield _canonical(text, name, number)
        number += text.count(b"\n")
    if rest:
        yield _canonical(rest + b"\n", name, number)


def _refuse_long_line(line: bytes, name: str, number: int) -> None:
    if len(line) > MAX_WHOLE:
        raise BrokenInput(
            f"{name}:{number}: a line of more than {MAX_WHOLE:,} bytes – expected N-Triples, one statement a line",
            f"{name}:{number}: eine Zeile mit mehr als {MAX_WHOLE:,} Bytes – erwartet N-Triples, eine Aussage je Zeile",
        )


def _canonical(text: bytes, name: str, number: int) -> list[bytes]:
    """Return the statements of *text*, whose first line has that *number* in the file, in their one form."""
    found: list[bytes] = []
    done = 0
    while done < len(text):
        matched = _CANONICAL.match(text, done)
        end = matched.end() if matched else done
        if end > done:
            part = text[done:end]
            _refuse_other_encoding(part, name)
            found += part[:-1].split(b"\n")
        if end < len(text):
            stop = text.index(b"\n", end) + 1
            found += _parsed(text[end:stop], name, number, text.count(b"\n", 0, end))
            end = stop
        done = end
    return found


def _refuse_other_encoding(text: bytes, name: str) -> None:
    if text.isascii():
        return
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _ERRORS.broken("not-utf-8", name) from error


def _parsed(line: bytes, name: str, first: int, further: int) -> list[bytes]:
    try:
        return [_line(quad, name) for quad in ox.parse(line, format=ox.RdfFormat.N_TRIPLES)]
    except SyntaxError as error:
        place = f"{name}:{first + further}"
        raise _ERRORS.broken("no-statement", place, words=error.msg) from error
    except UnicodeDecodeError as error:
        raise _ERRORS.broken("not-utf-8", name) from error


def _from_text(stream: BinaryIO, name: str, suffix: str) -> Iterator[list[bytes]]:
    """Yield the statements of a file in another syntax, which is held in memory as a whole."""
    text = read_whole(stream, name)
    syntax = RDF_SUFFIXES[suffix]
    refuse_what_explodes(text, syntax.name, name)
    try:
        quads = iter(ox.parse(text, format=syntax))
        while lines := [_line(quad, name) for quad in islice(quads, _MANY)]:
            yield lines
    except SyntaxError as error:
        place = f"{name}:{error.lineno}" if error.lineno else name
        raise _ERRORS.broken("unreadable-syntax", place, syntax=syntax.name, words=error.msg) from error
    except UnicodeDecodeError as error:
        raise _ERRORS.broken("not-utf-8", name) from error


def _line(quad: ox.Quad, name: str) -> bytes:
    if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
        raise BrokenInput(
            f"{name}: has a blank node at {quad.predicate}; blank nodes have no name to compare them by – give each an"
            " IRI",
            f"{name}: hat einen leeren Knoten bei {quad.predicate}; leere Knoten haben keinen Namen, an dem sie zu"
            " vergleichen wären – geben Sie jedem eine IRI",
        )
    return f"{quad.subject} {quad.predicate} {quad.object} .".encode()
