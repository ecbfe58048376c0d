"""Hold a query to reading what is at hand, before the engine sees it.

The engine would call other hosts for ``SERVICE`` and read an empty graph for a ``FROM`` that names none of ours, and
it parses without tokens: ``1SERVICE<…>`` is a keyword to it. So a query is cut here into the tokens of the grammar of
SPARQL 1.1 (section 19.8), each pattern as narrow as the engine's own, and the word is refused where it is part of none.
Bounds on nesting are :mod:`efa_lod.io.limits`'s; what the answer looks like is left to :mod:`efa_lod.sparql.queries`.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from efa_lod.errors import BrokenInput

# The terminals of SPARQL 1.1, [164] to [173]. Possessive, so that no text is read twice.
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MORE = "0-9\u00b7\u0300-\u036f\u203f\u2040"
_CHARS = rf"{_BASE}_{_MORE}\-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# The engine takes dots in a local name once only: after `ex:a.b`, `.c` is the end of a statement and a new word.
_LOCAL = rf"(?:[{_BASE}_:0-9]|{_PLX})(?:[{_CHARS}:]|{_PLX})*+(?:\.++(?:[{_CHARS}:]|{_PLX})++)?"
_TOKEN = re.compile(
    r"""(?P<long>'''(?:[^'\\]|\\.|'{1,2}+(?!'))*+(?P<longEnd>''')?|\"""(?:[^"\\]|\\.|"{1,2}+(?!"))*+(?P<longEnd2>\""")?)"""
    r"""|(?P<text>'(?:[^'\\\n\r]|\\.)*+(?P<end>')?|"(?:[^"\\\n\r]|\\.)*+(?P<end2>")?)"""
    r"""|(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)"""
    r"""|(?P<comment>\#[^\n\r]*+)"""
    rf"""|(?P<variable>[?$][{_BASE}_0-9][{_BASE}_{_MORE}]*+)"""
    r"""|(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)"""
    rf"""|(?P<blank>_:[{_BASE}_0-9](?:[{_CHARS}]|\.+(?=[{_CHARS}]))*+)"""
    rf"""|(?P<word>[{_BASE}](?:[{_CHARS}]|\.+(?=[{_CHARS}]))*+)(?P<name>:(?:{_LOCAL})?)?"""
    rf"""|(?P<local>:(?:{_LOCAL})?)""",
    re.DOTALL,
)
_SURE_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_SERVICE = re.compile(r"service", re.IGNORECASE)
_FROM = re.compile(r"\bfrom", re.IGNORECASE)
_SPACE = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")
_WORD = re.compile(r"[A-Za-z]++")
_BEGIN = re.compile(r"(?:BASE|PREFIX|VERSION|SELECT|ASK|CONSTRUCT|DESCRIBE)", re.IGNORECASE)
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_NOT_A_NAME = re.compile(r"([?$:](?:\w[\w-]*)?)?(s)(e)(?=rvice)", re.IGNORECASE)
_DATASET = re.compile(r"\bFROM(?![\w.-])\s*+(?:NAMED\b)?\s*+(<[^<>\s]*>)?", re.IGNORECASE)
_FROM_NAME = re.compile(r"\bFROM :", re.IGNORECASE)
_MODIFIERS = re.compile(r"\b(?:GROUP|HAVING|ORDER)\b", re.IGNORECASE)
_CHANGING = re.compile(r"(?:NOW|RAND|UUID)\s*\(", re.IGNORECASE)
_FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b(?! :)", re.IGNORECASE)
_OTHER_LETTERS = "zxqwyvkj"

Token = re.Match[str]


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of *query* that are more than punctuation, in time that grows with its length only.

    Where three quotation marks begin a text that never ends, the engine takes two of them for an empty text; so do we.
    Raise BrokenInput with the place where a text on one line does not end.
    """
    unended: set[str] = set()
    position = 0
    while position < len(query) and (found := _TOKEN.search(query, position)):
        position = found.end()
        if found["long"] and not (found["longEnd"] or found["longEnd2"]):
            unended.add(query[found.start()])
        if found["long"] and query[found.start()] in unended:
            position = found.start() + 2
            continue
        if found["text"] and not (found["end"] or found["end2"]):
            line = query.count("\n", 0, found.start()) + 1
            column = found.start() - query.rfind("\n", 0, found.start())
            raise BrokenInput(f"query:{line}:{column}: not readable as SPARQL: the text that begins here does not end")
        yield found


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
    return bool(_CHANGING.search(bare(query)))


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
    renamed = _renaming(query, prefixes)
    text = _rewritten(query, lambda token: _disarmed(token, renamed))
    if _SERVICE.search(text) and _SERVICE.search(bare(text)):
        raise BrokenInput("query: SERVICE is refused: a query does not reach other hosts")
    if _FROM.search(text):
        _refuse_other_graphs(text, graphs)
    return text, {_SERVICE.sub(renamed, name): iri for name, iri in prefixes.items()}


def _refuse_what_begins_otherwise(query: str) -> None:
    """Raise BrokenInput where *query* does not begin as SPARQL 1.1, [2], has it: long rubbish needs no closer look."""
    begin = _SPACE.match(query)
    start = begin.end() if begin else 0
    if _BEGIN.match(query, start):
        return
    word = _WORD.match(query, start)
    if word and word[0].upper() in UPDATES:
        raise BrokenInput(f"query: {word[0]} is refused: queries only read")
    place = f"query:{query.count(chr(10), 0, start) + 1}:{start - query.rfind(chr(10), 0, start)}"
    rest = " ".join(query[start : start + 200].split())[:40]
    found = f"'{rest}' on" if rest else "its end, where something is missing"
    raise BrokenInput(
        f"{place}: not readable as SPARQL from {found} – a query begins with SELECT, ASK, CONSTRUCT, DESCRIBE or PREFIX"
    )


def _disarmed(token: Token, renamed: Callable[[re.Match[str]], str]) -> str:
    """Return *token* so that it means the same and holds the word SERVICE only as part of a name."""
    if token["word"] and token["name"]:
        return _SERVICE.sub(renamed, token["word"]) + token["name"]
    if not (token["long"] or token["text"] or token["iri"] or token["comment"]):
        return token[0]
    text = _without_hiding_place(token[0])
    return _NOT_A_NAME.sub(lambda found: found[0] if found[1] else f"{found[2]}\\u{ord(found[3]):04X}", text)


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
        raise BrokenInput("query: too many prefixes that differ from 'service' by a letter – rename them")
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
        raise BrokenInput("query: FROM is refused: there is one graph, the one that is loaded – remove the clause")
    for named in [found[1] for found in clauses] or [None]:
        if named is None or named[1:-1] not in graphs:
            raise BrokenInput(
                f"query: FROM {named or 'something that is no <IRI>'} is refused: only graphs that are served can be"
                f" named, by their whole IRI: {', '.join(sorted(graphs))}"
            )


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
