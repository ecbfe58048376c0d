"""Find in the beginning of a long query that it is none, before anybody reads the rest.

The engine is asked for a beginning with an end that no query has, so it answers nothing and only says how far it came.
What it finds wrong well before that end is wrong in the whole query too.
"""

import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping

import pyoxigraph as ox

from efa_lod.io.limits import may_be_deep, refuse_deep_query
from efa_lod.sparql.guard import read_only, skeleton
from efa_lod.sparql.patterns import refuse_many_patterns
from efa_lod.sparql.tokens import SPACE, tokens

LENGTHS = (2_000, 30_000)
"""Characters of a beginning that is tried, where the query is more than twice as long."""
LONGEST_WORD = 1_000
"""Most characters of a word without a colon; no keyword has more than twenty."""
_MARGIN = 100
"""Characters before the end of a beginning that the engine may look ahead."""
_FEW = 1_000
"""Characters in which lines are counted one by one."""
_NO_END = "\n\0"
_HANGING = re.compile(r"\bFROM\s*+(?:NAMED\s*+)?\Z", re.IGNORECASE)
_PLACE = re.compile(r"error at (\d+):(\d+): ")


def place_of(error: SyntaxError) -> tuple[int, int] | None:
    """Return line and column, from 1, where the engine found an *error*."""
    found = _PLACE.match(" ".join(str(error).split()))
    return (int(found[1]), int(found[2])) if found else None


def error_in_beginning(
    query: str, prefixes: Mapping[str, str], base_iri: str | None, graphs: Collection[str]
) -> tuple[str, SyntaxError] | None:
    """Return what the engine finds wrong in a beginning of *query*, and that beginning; None where nothing is.

    Raise BrokenInput where a beginning already wants to reach another host or graph, or is too deep.
    """
    begin = SPACE.match(query)
    tried = begin.end() if begin else 0  # of comments alone, the engine says nothing
    for length, (end, is_endless) in zip(LENGTHS, _cuts(query), strict=False):
        if len(query) <= 2 * length:
            return None
        if is_endless:
            return query[: end + _MARGIN], _endless_word(query, end)
        if end <= tried:
            continue
        tried = end
        text, names = read_only(_HANGING.sub("", query[:end]), prefixes, graphs)
        if may_be_deep(text):
            refuse_deep_query(skeleton(text))
        refuse_many_patterns(text)
        try:
            ox.Store().query(text + _NO_END, prefixes=names, base_iri=base_iri)
        except SyntaxError as error:
            place = place_of(error)
            if place and index_of(text, *place) < len(text) - _MARGIN:
                return text, error
        except (OSError, RuntimeError, ValueError):
            return None
    return None


def _cuts(query: str) -> Iterator[tuple[int, bool]]:
    """Yield for each of LENGTHS where the first token of *query* begins that goes on after it, and if it is endless.

    Where none goes on, that is the length itself; no keyword is as long as one that is endless.
    """
    lengths = deque(LENGTHS)
    for token in tokens(query):
        while lengths and token.end() > lengths[0]:
            length = lengths.popleft()
            is_keyword = token["word"] and not token["name"]
            is_endless = bool(is_keyword) and token.end() - token.start() > LONGEST_WORD
            yield min(token.start(), length), is_endless and token.start() < length
        if not lengths:
            return
    yield from ((length, False) for length in lengths)


def _endless_word(query: str, start: int) -> SyntaxError:
    """Return what the engine would say of a word at *start*, had it read all of it."""
    line = query.count("\n", 0, start) + 1
    return SyntaxError(f"error at {line}:{start - query.rfind(chr(10), 0, start)}: expected a keyword")


def index_of(text: str, line: int, column: int) -> int:
    """Return the index of the character at *line* and *column* of *text*."""
    start, end, more = 0, len(text), line - 1
    while end - start > _FEW:  # by halves, so that each character is looked at once or twice
        middle = (start + end) // 2
        lines = text.count("\n", start, middle)
        start, end, more = (middle, end, more - lines) if lines < more else (start, middle, more)
    for _ in range(more):
        start = text.find("\n", start) + 1
        if start == 0:
            return len(text)
    return start + column - 1
