"""Cut a query into the tokens of SPARQL 1.1 (section 19.8), each pattern as narrow as the engine's own.

What no token begins with is passed over in one step, so that time grows with the number of tokens, and slowly with the
length.
"""

import re
from collections.abc import Iterator
from functools import cache

from efa_lod.io.messages import Messages

QUERY_MESSAGES = Messages(__file__, "queries")
"""What is said of a query that cannot be answered."""
SPACE = re.compile(r"[ \t\r\n]*+(?:#[^\r\n]*+[ \t\r\n]*+)*+")
"""White space and comments."""
Token = re.Match[str]
"""A token, by the groups ``long``, ``text``, ``iri``, ``comment``, ``variable``, ``language``, ``blank``, ``word`` with
``name``, and ``local``."""
# The terminals of SPARQL 1.1, [164] to [173]. Possessive, so that no text is read twice.
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MORE = "0-9\u00b7\u0300-\u036f\u203f\u2040"
_ASCII_BASE, _ASCII_MORE = "A-Za-z", "0-9"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_IRI = r"""<(?:[^<>"{}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>"""
_TEXT_IN_RUN = r"""'(?:[^'\\\n\r]++|\\.)++'|"(?:[^"\\\n\r]++|\\.)++\""""
_LONGEST_RUN = 100
"""Most texts that are one token: enough that a long list takes few steps, and few enough to tell where it is wrong."""
TEXT_IN_RUN = re.compile(rf"{_TEXT_IN_RUN}|''|\"\"", re.DOTALL)
"""One of the texts of a token that is a run of them; only the first may be empty."""


@cache
def _patterns(is_ascii: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of what is between tokens and of a token.

    Those for ASCII alone find the same there, and take no time to compile.
    """
    base, more = (_ASCII_BASE, _ASCII_MORE) if is_ascii else (_BASE, _MORE)
    chars = rf"{base}_{more}\-"
    # The engine takes dots in a local name once only: after `ex:a.b`, `.c` is the end of a statement and a new word.
    local = rf"(?:[{base}_:0-9]|{_PLX})(?:[{chars}:]++|{_PLX})*+(?:\.++(?:[{chars}:]++|{_PLX})++)?"
    between = re.compile(
        rf"""(?:[^{base}'"<\#?$@_:]++|<(?!{_IRI[1:]})|[?$](?![{base}_0-9])|@(?![A-Za-z])|_(?!:[{base}_0-9]))*+"""
    )
    token = re.compile(
        r"""(?P<long>'''(?:[^'\\]++|\\.|'{1,2}+(?!'))*+(?P<longEnd>''')?|\"""(?:[^"\\]++|\\.|"{1,2}+(?!"))*+(?P<longEnd2>\""")?)"""
        r"""|(?P<text>(?:'(?:[^'\\\n\r]++|\\.)*+(?P<end>')?|"(?:[^"\\\n\r]++|\\.)*+(?P<end2>")?)"""
        rf"""(?:[ \t\r\n]*+,?+[ \t\r\n]*+(?:{_TEXT_IN_RUN})){{0,{_LONGEST_RUN - 1}}}+)"""
        rf"""|(?P<iri>{_IRI})"""
        r"""|(?P<comment>\#[^\n\r]*+(?:\s++\#[^\n\r]*+)*+)"""
        rf"""|(?P<variable>[?$][{base}_0-9][{base}_{more}]*+)"""
        r"""|(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)"""
        rf"""|(?P<blank>_:[{base}_0-9](?:[{chars}]++|\.+(?=[{chars}]))*+)"""
        rf"""|(?P<word>[{base}](?:[{chars}]++|\.+(?=[{chars}]))*+)(?P<name>:(?:{local})?)?"""
        rf"""|(?P<local>:(?:{local})?)""",
        re.DOTALL,
    )
    return between, token


def tokens(query: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of *query* from *start* on that are more than punctuation.

    Comments in a row are one token, and so are plain texts with nothing but commas between them.
    Where three quotation marks begin a text that never ends, the engine takes two of them for an empty text; so do we.
    Raise BrokenInput with the place where a text on one line does not end.
    """
    unended: set[str] = set()
    between, pattern = _patterns(query.isascii() or _is_ascii_but_for_comments(query, start))
    position = start
    while True:
        passed = between.match(query, position)
        found = pattern.match(query, passed.end()) if passed else None
        if not found:
            return
        position = found.end()
        if found["long"] and not (found["longEnd"] or found["longEnd2"]):
            unended.add(query[found.start()])
        if found["long"] and query[found.start()] in unended:
            position = found.start() + 2
            continue
        if found["text"] and not (found["end"] or found["end2"]):
            line = query.count("\n", 0, found.start()) + 1
            column = found.start() - query.rfind("\n", 0, found.start())
            raise QUERY_MESSAGES.broken("open-text", place=f"query:{line}:{column}")
        yield found


def _is_ascii_but_for_comments(query: str, start: int) -> bool:
    """Return True if only comments before *query* hold other characters, and no other token."""
    begin = SPACE.match(query)
    return query[max(start, begin.end() if begin else 0) :].isascii()
