"""Hold a query to reading what is at hand, before the engine sees it.

The engine would call other hosts for ``SERVICE`` and read an empty graph for a ``FROM`` that names none of ours, and
it parses without tokens: ``1SERVICE<…>`` is a keyword to it. So a query is cut into tokens
(:mod:`efa_lod.sparql.tokens`), and the word is refused where it is part of none. Bounds on nesting are
:mod:`efa_lod.io.limits`'s; what the answer looks like is left to :mod:`efa_lod.sparql.queries`.
"""

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from efa_lod.sparql.tokens import QUERY_MESSAGES, SPACE, TEXT_IN_RUN, Token, tokens

_SURE_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_HIDING_PLACE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*://)[^<>\s#']*+[#']")
_SERVICE = re.compile(r"service", re.IGNORECASE)
_FROM = re.compile(r"\bfrom", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]++")
_BEGIN = re.compile(r"(?:BASE|PREFIX|VERSION|SELECT|ASK|CONSTRUCT|DESCRIBE)", re.IGNORECASE)
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_NOT_A_NAME = re.compile(r"([?$:](?:\w[\w-]*)?)?(s)(e)(?=rvice)", re.IGNORECASE)
_SMALL_E, _CAPITAL_E = (re.compile(f"(?i:(?<=s)){letter}(?i:(?=rvice))") for letter in "eE")
_DATASET = re.compile(r"\bFROM(?![\w.-])\s*+(?:NAMED\b)?\s*+(<[^<>\s]*>)?", re.IGNORECASE)
_FROM_NAME = re.compile(r"\bFROM :", re.IGNORECASE)
_MODIFIERS = re.compile(r"\b(?:GROUP|HAVING|ORDER)\b", re.IGNORECASE)
_CHANGING = re.compile(r"(?:NOW|RAND|UUID)\s*\(", re.IGNORECASE)
_CHANGERS = ("NOW", "RAND", "UUID")
_FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b(?! :)", re.IGNORECASE)
_OTHER_LETTERS = "zxqwyvkj"


def _rewritten(query: str, put: Callable[[Token], str]) -> str:
    """Return *query* with each token replaced by what *put* makes of it."""
    parts, end = [], 0
    for token in tokens(query):
        parts += [query[end : token.start()], put(token)]
        end = token.end()
    return "".join([*parts, query[end:]])


def bare(query: str, keep_iris: bool = False) -> str:
    """Return what is left of *query* without texts, IRIs, variables, local names, labels and comments."""

    def put(token: Token) -> str:
        if token["word"]:
            return f"{token['word']} : " if token["name"] else token["word"]
        if token["local"]:
            return " : "
        return f" {token[0]} " if keep_iris and token["iri"] else " "

    return _rewritten(query, put)


def skeleton(query: str) -> str:
    """Return what the engine may count as brackets and operators of *query*, which has been made readable only."""

    def put(token: Token) -> str:
        if token["word"]:
            return f"{token['word']} "
        return token[0] if token["iri"] and not _SURE_IRI.match(token[0]) else " "

    return _rewritten(query, put)


def form_of(query: str) -> str:
    """Return the form of *query*: SELECT, ASK, CONSTRUCT or DESCRIBE; an empty text where it has none."""
    found = _FORM.search(bare(query))
    return found[1].upper() if found else ""


def changes_by_itself(query: str) -> bool:
    """Return True if *query* may have another answer each time, because it asks for the time or for chance."""
    folded = query.upper()
    return any(name in folded for name in _CHANGERS) and bool(_CHANGING.search(bare(query)))


def undeclared_prefixes(query: str) -> set[str]:
    """Return the prefixes that *query* uses and does not declare."""
    used: set[str] = set()
    declared: set[str] = set()
    before = ""
    for token in tokens(query):
        if token["word"] and token["name"]:
            (declared if before == "PREFIX" else used).add(token["word"])
        if not token["comment"]:
            before = token[0].upper()
    return used - declared


def read_only(query: str, prefixes: Mapping[str, str], graphs: Collection[str] = ()) -> tuple[str, dict[str, str]]:
    """Return *query* and *prefixes* with the same meaning and without SERVICE where an engine could take it for one.

    In texts and IRIs a letter of the word is written as an escape; a prefix that holds the word gets another letter,
    so that ``service:x`` is never the keyword. Variables, local names, labels and language tags stay. *graphs* are
    those that FROM may name. Raise BrokenInput when the query wants to reach anything else, or begins as no query does.
    """
    _refuse_what_begins_otherwise(query)
    if not _needs_a_closer_look(query) and not any(map(_is_to_be_renamed, prefixes)):
        return query, dict(prefixes)
    renamed = _renaming(query, prefixes)
    text = _rewritten(query, lambda token: _disarmed(token, renamed))
    if _SERVICE.search(text) and _SERVICE.search(bare(text)):
        raise QUERY_MESSAGES.broken("service")
    if _FROM.search(text):
        _refuse_other_graphs(text, graphs)
    return text, {_SERVICE.sub(renamed, name): iri for name, iri in prefixes.items()}


def place_before(query: str, prefixes: Mapping[str, str], index: int) -> int:
    """Return where in *query* stands what is at *index* of what :func:`read_only` has made of it."""
    if not _needs_a_closer_look(query) and not any(map(_is_to_be_renamed, prefixes)):
        return index
    renamed = _renaming(query, prefixes)
    moved = 0
    for token in tokens(query):
        if token.start() + moved >= index:
            break
        more = len(_disarmed(token, renamed)) - len(token[0])
        if more and index < token.end() + moved + more:
            return token.start() + (_place_in_run(token[0], index - token.start() - moved) if token["text"] else 0)
        moved += more
    return index - moved


def _place_in_run(texts: str, index: int) -> int:
    """Return where in *texts* stands what is at *index* of them when they are disarmed; in a text, where it begins."""
    moved = 0
    for found in TEXT_IN_RUN.finditer(texts):
        if found.start() + moved >= index:
            break
        more = len(_escaped(found[0])) - len(found[0])
        if more and index < found.end() + moved + more:
            return found.start()
        moved += more
    return index - moved


def _needs_a_closer_look(text: str) -> bool:
    """Return True if the letters of SERVICE or FROM stand in *text*, or what may hide brackets; else no token matters.

    Escapes stand for characters in texts, IRIs and names only, never in keywords (the engine reads none elsewhere).
    """
    folded = text.lower()
    return "service" in folded or "from" in folded or bool(_HIDING_PLACE.search(text))


def _refuse_what_begins_otherwise(query: str) -> None:
    """Raise BrokenInput where *query* does not begin as SPARQL 1.1, [2], has it: long rubbish needs no closer look."""
    begin = SPACE.match(query)
    start = begin.end() if begin else 0
    if _BEGIN.match(query, start):
        return
    word = _WORD.match(query, start)
    if word and word[0].upper() in UPDATES:
        raise QUERY_MESSAGES.broken("update", word=word[0])
    place = f"query:{query.count(chr(10), 0, start) + 1}:{start - query.rfind(chr(10), 0, start)}"
    rest = " ".join(query[start : start + 200].split())[:40]
    found = (f"'{rest}' on", f"„{rest}“") if rest else QUERY_MESSAGES("end")
    raise QUERY_MESSAGES.broken("begin", place=place, found=found)


_is_to_be_renamed = lru_cache(maxsize=1024)(_needs_a_closer_look)
"""The same for the name of a prefix, which is asked of the same ones with each query."""


def _disarmed(token: Token, renamed: Callable[[re.Match[str]], str]) -> str:
    """Return *token* so that it means the same and holds the word SERVICE only as part of a name."""
    if token["word"] and token["name"]:
        return _SERVICE.sub(renamed, token["word"]) + token["name"]
    if token["comment"]:
        return token[0].replace("v", "-").replace("V", "-")
    if not (token["long"] or token["text"] or token["iri"]):
        return token[0]
    return _escaped(_without_hiding_place(token[0]))


def _escaped(text: str) -> str:
    """Return *text* with a letter of the word as an escape, where it is no name."""
    if any(sign in text for sign in "?$:"):
        return _NOT_A_NAME.sub(lambda found: found[0] if found[1] else f"{found[2]}\\u{ord(found[3]):04X}", text)
    return _CAPITAL_E.sub(r"\\u0045", _SMALL_E.sub(r"\\u0065", text))


def _without_hiding_place(token: str) -> str:
    """Return *token* with escapes for ``#`` and ``'`` where it might be a comparison; ``<a://`` is none.

    ``?a<?b#…`` looks like an IRI here and may be a comparison and a comment to the engine: what might begin a comment
    or a text is escaped, so that brackets are counted where the engine meets them.
    """
    if not token.startswith("<") or _SURE_IRI.match(token):
        return token
    return token.replace("#", "\\u0023").replace("'", "\\u0027")


def _renaming(query: str, prefixes: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    """Return what replaces the word SERVICE in a prefix: the same with another first letter, used nowhere yet."""
    taken = " ".join([query, *prefixes]).lower()
    letter = next((letter for letter in _OTHER_LETTERS if f"{letter}ervice" not in taken), None)
    if letter is None:
        raise QUERY_MESSAGES.broken("many-prefixes")
    return lambda found: (letter.upper() if found[0][0].isupper() else letter) + found[0][1:]


def _refuse_other_graphs(query: str, graphs: Collection[str]) -> None:
    """Raise BrokenInput when a dataset clause of *query* names, by its whole IRI, anything but one of *graphs*.

    A dataset clause stands outside all braces (SPARQL 1.1, [13]). A prefix called ``from`` is told from the keyword by
    its colon, which follows at once – but before the first brace the engine takes ``from:g`` for a clause.
    """
    text = bare(query, keep_iris=True)
    outside = _outside_braces(text)
    clauses = [found for found in _DATASET.finditer(outside) if not _FROM_NAME.match(outside, found.start())]
    if not (clauses or _is_clause_by_its_place(outside)):
        return
    if not graphs:
        raise QUERY_MESSAGES.broken("from")
    for named in [found[1] for found in clauses] or [None]:
        if named is None or named[1:-1] not in graphs:
            shown = named or ("something that is no <IRI>", "mit etwas, das keine <IRI> ist,")
            raise QUERY_MESSAGES.broken("from-other", named=shown, known=", ".join(sorted(graphs)))


def _is_clause_by_its_place(outside: str) -> bool:
    """Return True if a name with the prefix ``from`` stands where only a dataset clause can."""
    form = _FORM.search(outside)
    if form is None or form[1].upper() == "DESCRIBE":
        return False
    body = outside[form.end() :]
    return any(not _MODIFIERS.search(body, 0, found.start()) for found in _FROM_NAME.finditer(body))


def _outside_braces(text: str) -> str:
    """Return what of *text* stands outside all braces."""
    parts, depth, end = [], 0, 0
    for brace in re.finditer(r"[{}]", text):
        if depth == 0:
            parts.append(text[end : brace.start()])
        depth = max(0, depth + (1 if brace[0] == "{" else -1))
        end = brace.end()
    return " {} ".join([*parts, text[end:]] if depth == 0 else parts)
