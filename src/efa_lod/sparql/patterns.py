"""Refuse queries of so many patterns that the engine would end with its stack.

Each triple pattern, group and member of a list makes the algebra of a query a level deeper, without a bracket in
another. Values do not: those of VALUES, of IN and of functions may be as many as there is room for.
"""

import re
from collections.abc import Iterator
from itertools import repeat

from efa_lod.io.limits import LIMIT_MESSAGES
from efa_lod.sparql.tokens import TEXT_IN_RUN, Token, tokens

MAX_QUERY_TERMS = 2_000
"""Most terms, keywords and groups of a query outside lists of values; pyoxigraph 0.5 takes more than 4,600."""
_PUNCTUATION = re.compile(r"\(\s*+\)(?!\s*+,)|[](){}[,]|[0-9][0-9.eE+-]*+(?!\s*+,)")
_FOLLOWED = re.compile(r"\s*+,|\(|\s*+\^\^|@[A-Za-z]")
"""What follows a value among others, the name of a function, and a text with a datatype or language."""
_LISTS = re.compile(rf"(?:{TEXT_IN_RUN.pattern})(?:\s*+,\s*+(?:{TEXT_IN_RUN.pattern}))*+", re.DOTALL)
"""Texts with commas between them."""
_DATA = re.compile(
    r"\s*+(?:[?$]\w++|\([\s?$\w]*+\))?\s*+"
    r"""\{(?:[^{}'"#\\]++|\\.|#[^\r\n]*+|'(?!'')(?:[^'\\\n\r]|\\.)*+'|"(?!"")(?:[^"\\\n\r]|\\.)*+")*+(?:\}|\Z)""",
    re.DOTALL,
)
"""What follows VALUES; blocks with long texts are counted like anything else."""


def refuse_many_patterns(query: str) -> None:
    """Raise BrokenInput when *query* has too many terms and groups; read no further than to the first too many."""
    if len(query) <= 2 * MAX_QUERY_TERMS:  # each takes a character, and another parts it from the next
        return
    for number, _ in enumerate(_parts(query), 1):
        if number > MAX_QUERY_TERMS:
            raise LIMIT_MESSAGES.broken("query-many", most=MAX_QUERY_TERMS)


def _parts(query: str) -> Iterator[str]:
    """Yield the parts of *query* that count."""
    brackets: list[str] = []
    end, more = 0, tokens(query)
    while token := next(more, None):
        yield from _punctuation(query, end, token.start(), brackets)
        end = token.end()
        if token["text"]:
            yield from _texts_before_the_last(token[0], is_of_values=brackets[-1:] == ["("])
        if not token["comment"] and not _FOLLOWED.match(query, end):
            yield token[0]
        if _is_values(token) and (data := _DATA.match(query, end)):
            end, more = data.end(), tokens(query, data.end())
    yield from _punctuation(query, end, len(query), brackets)


def _texts_before_the_last(texts: str, is_of_values: bool) -> Iterator[str]:
    """Yield what counts in a run of *texts* before its last: those without a comma after them, else the comma.

    Commas among values count no more than those values.
    """
    lists = len(_LISTS.findall(texts))
    commas = 0 if is_of_values else len(TEXT_IN_RUN.findall(texts)) - lists
    yield from repeat(texts, lists - 1)
    yield from repeat(",", commas)


def _is_values(token: Token) -> bool:
    return bool(token["word"]) and not token["name"] and token["word"].upper() == "VALUES"


def _punctuation(query: str, start: int, end: int, brackets: list[str]) -> Iterator[str]:
    """Yield what counts between two tokens of *query*; *brackets* are those that are open."""
    for found in _PUNCTUATION.finditer(query, start, end):
        sign = found[0]
        if sign in ("(", "{", "["):
            brackets.append(sign)
        elif sign in (")", "}", "]"):
            del brackets[-1:]
        if sign in ("(", ")", "}", "]") or (sign == "," and brackets[-1:] == ["("]):
            continue
        yield sign
