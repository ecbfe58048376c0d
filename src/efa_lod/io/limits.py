"""Refuse what would exhaust the stack, the memory or the patience of an engine, before the engine sees it.

Engines recurse over what is nested, and when a native stack ends, so does the process: that is no error one can catch.
They expand the entities that an XML file declares, however much comes of it. The bounds are far above what people and
programs write, and less than half of what pyoxigraph 0.5 takes on a stack of 8 MiB.
"""

import re
from collections.abc import Iterable
from io import BufferedIOBase
from itertools import accumulate, islice
from typing import BinaryIO, cast

from efa_lod.errors import BrokenInput
from efa_lod.io.messages import Messages

MIB = 1 << 20
"""Bytes of a mebibyte."""
LIMIT_MESSAGES = Messages(__file__, "limits")
"""What is said of what would exhaust an engine."""
_ENCODING_ERRORS = (18, 19, 30)
"""Unknown encoding, incorrect encoding, and text declaration expected, as expat numbers its errors."""
MAX_QUERY_DEPTH = 64
"""Deepest nesting of brackets in a query."""
MAX_QUERY_STEPS = 1_000
"""Most operators and keywords in a query that each make its algebra a level deeper."""
MAX_NESTED_ELEMENTS = 256
"""Deepest nesting of elements in RDF/XML, and of objects and lists in JSON-LD."""
MAX_TRIPLE_TERMS = 5_000
"""Most triple terms (RDF 1.2) in a file; nested in each other, they are freed by recursion."""
MAX_EXPANSION = 4
"""How many times longer a file may become by the entities that it declares."""

_STEP = {**dict.fromkeys("([{", 1), **dict.fromkeys(")]}", -1)}
_BYTE_STEP = {ord(bracket): step for bracket, step in _STEP.items()}
_STEP_WORDS = ("UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "LATERAL", "SELECT", "AS", "EXISTS")
# Two carets stand before a datatype, one in a path.
_STEPS = re.compile(rf"\|\||&&|[!|+*/-]|(?<!\^)\^(?!\^)|<<|\b(?:{'|'.join(_STEP_WORDS)})\b", re.IGNORECASE)
_LONG_STEP_SIGNS = [sign.encode() for sign in ("&&", "<<", *_STEP_WORDS)]
_JSON_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_NO_QUERY_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
_NO_STEP_SIGNS = bytes(set(range(256)) - set(b"!|^+*/-"))
_ENTITY = re.compile(rb"""<!ENTITY\s+([^\s%"'<>]+)\s+(?:"([^"]*)"|'([^']*)')\s*>""")


def may_be_deep(query: str) -> bool:
    """Return False if so few brackets, operators and keywords stand in *query*, wherever, that it is not too deep."""
    written = query.encode("utf-8", "surrogatepass")
    if len(written.translate(None, _NO_QUERY_BRACKETS)) > MAX_QUERY_DEPTH:
        return True
    if len(query) <= MAX_QUERY_STEPS:  # no two of the signs begin at the same character
        return False
    folded = written.upper()
    signs = len(written.translate(None, _NO_STEP_SIGNS))
    return signs + sum(map(folded.count, _LONG_STEP_SIGNS)) > MAX_QUERY_STEPS


def refuse_deep_query(bare: str) -> None:
    """Raise BrokenInput when a query is nested too deep; *bare* is what is left of it without texts and comments."""
    if any(abs(level) > MAX_QUERY_DEPTH for level in accumulate(_STEP[sign] for sign in bare if sign in _STEP)):
        raise LIMIT_MESSAGES.broken("query-deep", most=MAX_QUERY_DEPTH)
    if next(islice(_STEPS.finditer(bare), MAX_QUERY_STEPS, None), None):
        raise LIMIT_MESSAGES.broken("query-long", most=MAX_QUERY_STEPS)


def refuse_what_explodes(text: bytes, syntax: str, name: str) -> None:
    """Raise BrokenInput when an RDF *text* would exhaust its engine; *syntax* is how RDF calls the syntax it is in."""
    if syntax == "JSON-LD":
        refuse_deep_json(text, name)
    elif syntax == "RDF/XML":
        refuse_harmful_xml(text, name)
    elif text.count(b"<<") > MAX_TRIPLE_TERMS:
        raise _too_many_triple_terms(name)


def refuse_deep_json(text: bytes, name: str) -> None:
    """Raise BrokenInput when a JSON *text* is nested too deep to be read as JSON-LD."""
    brackets = _JSON_TEXT.sub(b"", text).translate(None, _NO_BRACKETS)
    if _deepest(map(_BYTE_STEP.__getitem__, brackets)) > MAX_NESTED_ELEMENTS:
        raise LIMIT_MESSAGES.broken("deep", name, most=MAX_NESTED_ELEMENTS)


def refuse_harmful_xml(text: bytes, name: str) -> None:
    """Raise BrokenInput when an XML *text* is not well-formed, nested too deep, or expands to much more than it is."""
    from xml.parsers import expat

    _refuse_entities(text, name)
    depth = 0

    def start(tag: str, attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_NESTED_ELEMENTS:
            raise LIMIT_MESSAGES.broken("deep", f"{name}:{parser.CurrentLineNumber}", most=MAX_NESTED_ELEMENTS)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        rule = "xml-encoding" if error.code in _ENCODING_ERRORS else "xml"
        raise LIMIT_MESSAGES.broken(rule, f"{name}:{error.lineno}") from error
    except (LookupError, ValueError) as error:  # an encoding that nobody knows, or that expat cannot read
        raise LIMIT_MESSAGES.broken("xml-encoding", name) from error


def _refuse_entities(text: bytes, name: str) -> None:
    """Raise BrokenInput when entities are not plain texts, or blow *text* up."""
    declared = text.count(b"<!ENTITY")
    if not declared:
        return
    found = _ENTITY.findall(text)
    values = {entity: double or single for entity, double, single in found}
    if len(found) < declared or len(values) < declared or any(b"&" in v or b"%" in v for v in values.values()):
        raise LIMIT_MESSAGES.broken("entities", name)
    grown = sum(text.count(b"&" + entity + b";") * len(value) for entity, value in values.items())
    if grown > MAX_EXPANSION * len(text):
        raise LIMIT_MESSAGES.broken("entities-grow", name, most=MAX_EXPANSION)


def counting_triple_terms(stream: BinaryIO, name: str) -> BinaryIO:
    """Return *stream* as one that ends in BrokenInput when there are too many triple terms in it."""
    return cast(BinaryIO, _Counting(stream, name))


class _Counting(BufferedIOBase):
    """A stream that counts where triple terms begin in what is read from it."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._found = 0
        self._last = b""

    def readable(self) -> bool:
        """Return that this can be read."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes of the stream."""
        data = self._stream.read(-1 if size is None else size)
        self._found += data.count(b"<<") + (self._last == b"<" and data[:1] == b"<")
        self._last = data[-1:]
        if self._found > MAX_TRIPLE_TERMS:
            raise _too_many_triple_terms(self._name)
        return data


def _too_many_triple_terms(name: str) -> BrokenInput:
    return LIMIT_MESSAGES.broken("triple-terms", name, most=MAX_TRIPLE_TERMS)


def _deepest(steps: Iterable[int]) -> int:
    """Return how far *steps* up and down lead away from where they begin."""
    return max((abs(level) for level in accumulate(steps)), default=0)
