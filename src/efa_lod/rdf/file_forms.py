"""RDF files as people have them: packed, with a byte order mark, or no RDF at all; and why one cannot be read.

Engines say what they miss in words of their own. Here the place that they name is looked at, and the message says
what stands there and how it should look.
"""

import io
import re
import zlib
from typing import BinaryIO, cast

import pyoxigraph as ox

from efa_lod.errors import BrokenInput
from efa_lod.io.documents import Place
from efa_lod.io.files import MAX_WHOLE, read_whole
from efa_lod.io.messages import Bilingual, Messages

_FILES = Messages(__file__, "files")
RDF_SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".n3": ox.RdfFormat.N3,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
}
"""How the files of each syntax end; packed by gzip, ``.gz`` follows."""
_MARK = b"\xef\xbb\xbf"
_UNPACK: Bilingual = (" – unpack it", " – entpacken")
_ENCODED: Bilingual = ("UTF-16 – save it as UTF-8", "UTF-16 („Unicode“) – mit der Zeichencodierung UTF-8 sichern")
_OTHERS: tuple[tuple[bytes, Bilingual], ...] = (
    (
        b"\x1f\x8b",
        ("packed with gzip – let its name end in .gz", "mit gzip gepackt – Namen mit .gz enden lassen"),
    ),
    (b"PK\x03\x04", ("a ZIP archive" + _UNPACK[0], "ein ZIP-Archiv" + _UNPACK[1])),
    (b"BZh", ("packed with bzip2" + _UNPACK[0], "mit bzip2 gepackt" + _UNPACK[1])),
    (b"\xfd7zXZ", ("packed with xz" + _UNPACK[0], "mit xz gepackt" + _UNPACK[1])),
    (b"%PDF", ("a PDF document – name the RDF file", "ein PDF-Dokument – die RDF-Datei angeben")),
    (b"SQLite format 3", ("a database – name the RDF file", "eine Datenbank – die RDF-Datei angeben")),
    (b"\xff\xfe", _ENCODED),
    (b"\xfe\xff", _ENCODED),
)
"""What a file that is no RDF begins with, and what it is."""
_WEB_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL
)
_PAGE: Bilingual = (
    "a web page (HTML), such as the error page of a server – fetch the file again and look at it",
    "das ist eine Webseite (HTML), etwa die Fehlerseite eines Servers – die Datei neu holen und ansehen",
)
_LOOKED_AT = 4096
_FAR_CONTEXT = re.compile(rb'"@(?:context|import)"\s*:\s*\[?\s*"')


def rdf_suffix(name: str) -> str:
    """Return the suffix of RDF that the file *name* has, before a ``.gz``, or an empty text."""
    bare = name.removesuffix(".gz")
    return next((suffix for suffix in RDF_SUFFIXES if bare.endswith(suffix)), "")


def rdf_stream(stream: BinaryIO, name: str) -> BinaryIO:
    """Return what the file *name* holds, unpacked and without a byte order mark; refuse what is no RDF at all."""
    import gzip  # most files are not packed

    unpacked = cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if name.endswith(".gz") else stream
    text = io.BufferedReader(cast(io.RawIOBase, unpacked), _LOOKED_AT)
    try:
        begin = text.peek(_LOOKED_AT)
        if begin.startswith(_MARK):
            text.read(len(_MARK))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _FILES.broken("gzip", name) from error
    _refuse_other_kinds(begin.removeprefix(_MARK), name)
    return text


def rdf_text(data: bytes, name: str, suffix: str) -> bytes:
    """Return the RDF text in *data* without a byte order mark; refuse what is no RDF at all."""
    text = data.removeprefix(_MARK)
    _refuse_other_kinds(text[:_LOOKED_AT], name, suffix)
    return text


def unpacked_file(stream: BinaryIO, name: str) -> bytes:
    """Return the whole content of a file, unpacked where its name ends in ``.gz``."""
    if not name.endswith(".gz"):
        return read_whole(stream, name)
    import gzip

    try:
        data = gzip.GzipFile(fileobj=stream).read(MAX_WHOLE + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _FILES.broken("gzip", name) from error
    return read_whole(io.BytesIO(data), name)


def _refuse_other_kinds(begin: bytes, name: str, suffix: str = "") -> None:
    syntax = RDF_SUFFIXES[suffix or rdf_suffix(name)].name
    for start, what in _OTHERS:
        if begin.startswith(start):
            raise _FILES.broken("other", name, syntax=syntax, what=what)
    if _WEB_PAGE.match(begin):
        raise _FILES.broken("other", Place(name, 1), syntax=syntax, what=_PAGE)


def not_readable(name: str, syntax: ox.RdfFormat, error: SyntaxError, text: bytes) -> BrokenInput:
    """Return the error for the *text* of the file *name*, in which the engine found the *error*."""
    place = Place(name, error.lineno or 0)
    rule, words = _reason(syntax, error, text)
    return _FILES.broken(rule, place, syntax=syntax.name, **words)


def not_utf8(name: str) -> BrokenInput:
    """Return the error for a file in another encoding."""
    return _FILES.broken("not-utf8", name)


def too_large(name: str) -> BrokenInput:
    """Return the error for a file that memory does not hold."""
    return _FILES.broken("too-large", name)


def _reason(syntax: ox.RdfFormat, error: SyntaxError, text: bytes) -> tuple[str, dict[str, str]]:
    """Return the message for what stands where the engine stopped."""
    is_json = syntax == ox.RdfFormat.JSON_LD
    if is_json and not error.lineno:
        return ("far-context" if _FAR_CONTEXT.search(text) else "unclear"), {}
    if syntax == ox.RdfFormat.RDF_XML or not error.lineno:
        return "unclear", {}
    if _is_other_encoding(text):
        return "not-utf8", {}
    lines = text.split(b"\n")
    line = lines[error.lineno - 1].decode() if error.lineno <= len(lines) else ""
    column = (error.offset or 1) - 1
    rest = " ".join(line[column:].split())
    if not rest and not b"".join(lines[error.lineno :]).strip():
        return "ends", {}
    if is_json:
        return "odd-json", {"text": _short(rest)}
    if not rest or (rest[:1] in "\"'" and error.end_lineno != error.lineno):
        return "open-text", {}
    if prefix := re.match(r"([A-Za-z][\w.-]*|):", rest):
        declared = re.compile(rb"prefix\s+" + re.escape(prefix[1].encode()) + rb":", re.IGNORECASE)
        if not declared.search(text):
            return "no-prefix", {"prefix": prefix[1]}
    if (iri := re.match(r"<[^<>]*>?", rest)) and not _is_iri(iri[0][1:-1]):
        return "bad-iri", {"text": _short(iri[0])}
    return "odd", {"text": _short(rest)}


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _is_other_encoding(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return True
    return False


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
