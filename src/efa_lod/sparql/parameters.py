"""Read the parameters of a query, which are terms and never become text of it.

What is quoted, and followed by nothing or by what a language or a datatype begins with, is meant as a literal (SPARQL
1.1, [129]), and is one or an error; other texts that only hold quotation marks are values as people write them.
"""

import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from efa_lod.errors import BrokenInput
from efa_lod.io.characters import composed

Parameters = Mapping[str, ox.NamedNode | ox.Literal]
"""Terms by the names of the variables that they are bound to."""
_XSD = "http://www.w3.org/2001/XMLSchema#"
_PREFIXED = re.compile(r"([A-Za-z][\w-]*):([\w.-]*)$")
_QUOTED = re.compile(r"""(?P<mark>["'])(?P<text>(?:(?!(?P=mark))[^\\]|\\.)*+)(?P=mark)(?P<rest>.*)""", re.DOTALL)
_LANGUAGE = re.compile(r"@([A-Za-z]+(?:-[A-Za-z0-9]+)*)(?:--(ltr|rtl))?$")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "\\": "\\", '"': '"', "'": "'"}
"""What stands for a character that is hard to write (SPARQL 1.1, [160])."""
_PLAIN: Mapping[str, re.Pattern[str]] = {
    "boolean": re.compile(r"(true|false)$"),
    "integer": re.compile(r"-?(0|[1-9][0-9]*)$"),
    "decimal": re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+$"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
}
"""What is typed without being written so; codes such as 01 are none of these and stay texts."""


def term(written: str, prefixes: Mapping[str, str]) -> ox.NamedNode | ox.Literal:
    """Return the term that *written* stands for as a parameter.

    ``<IRI>``, a name with one of *prefixes*, ``"text"``, ``"text"@de``, ``"x"^^xsd:type`` (also in single quotes), or
    as it is: a truth value, number or date, and any other text as a string. Raise BrokenInput for what begins as one
    of these and is none.
    """
    written = composed(written)
    quoted = _QUOTED.fullmatch(written)
    if quoted and quoted["rest"].lstrip()[:1] in ("", "@", "^", quoted["mark"]):
        return _literal(written, quoted, prefixes)
    if written.startswith("<") and written.endswith(">"):
        return _iri(written, written[1:-1])
    if (name := _PREFIXED.match(written)) and name[1] in prefixes:
        return _iri(written, prefixes[name[1]] + name[2])
    datatypes = [name for name, form in _PLAIN.items() if form.match(written)]
    return ox.Literal(_encodable(written, written), datatype=ox.NamedNode(_XSD + datatypes[0]) if datatypes else None)


def _literal(written: str, quoted: re.Match[str], prefixes: Mapping[str, str]) -> ox.Literal:
    """Return the literal that is *quoted*; raise BrokenInput where anything of it is not as SPARQL has it."""
    text = _encodable(written, _ESCAPE.sub(lambda found: _unescaped(written, found[1]), quoted["text"]))
    rest = quoted["rest"]
    if not rest:
        return ox.Literal(text)
    if rest.startswith("^^"):
        return ox.Literal(text, datatype=_datatype(written, rest[2:], prefixes))
    language = _LANGUAGE.match(rest)
    try:
        if language and language[2]:
            return ox.Literal(text, language=language[1], direction=ox.BaseDirection(language[2]))
        if language:
            return ox.Literal(text, language=language[1])
    except ValueError:
        pass
    if rest.startswith("@"):
        raise _refusal(
            written,
            f"expected a language tag such as @de or @de-AT after the text, found '{rest}'",
            f"erwartet wird nach dem Text ein Sprachkürzel wie @de oder @de-AT, gefunden '{rest}'",
        )
    raise _refusal(
        written,
        f"expected nothing, @language or ^^datatype after the text, found '{rest}'",
        f"erwartet wird nach dem Text nichts, @Sprache oder ^^Datentyp, gefunden '{rest}'",
    )


def _datatype(written: str, datatype: str, prefixes: Mapping[str, str]) -> ox.NamedNode:
    name = _PREFIXED.match(datatype)
    if datatype.startswith("<") and datatype.endswith(">"):
        return _iri(written, datatype[1:-1])
    if name and name[1] in {**prefixes, "xsd": _XSD}:
        return _iri(written, {"xsd": _XSD, **prefixes}[name[1]] + name[2])
    raise _refusal(
        written,
        f"expected a datatype such as ^^xsd:date or ^^<IRI>, found '^^{datatype}'; known prefixes are"
        f" {', '.join(dict.fromkeys([*prefixes, 'xsd']))}",
        f"erwartet wird ein Datentyp wie ^^xsd:date oder ^^<IRI>, gefunden '^^{datatype}'; bekannte Präfixe sind"
        f" {', '.join(dict.fromkeys([*prefixes, 'xsd']))}",
    )


def _iri(written: str, iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise _refusal(
            written,
            f"expected an absolute IRI, found '<{iri}>'",
            f"erwartet wird eine absolute IRI, gefunden '<{iri}>'",
        ) from error


def _unescaped(written: str, escape: str) -> str:
    """Return the character that *escape* stands for, which follows a backslash in *written*."""
    if escape[0] in "uU" and len(escape) > 1 and int(escape[1:], 16) <= 0x10FFFF:
        return chr(int(escape[1:], 16))
    if escape not in _ESCAPED:
        raise _refusal(
            written,
            f"'\\{escape}' stands for nothing – write \\\\ for a backslash",
            f"'\\{escape}' steht für nichts – schreiben Sie \\\\ für einen Rückstrich",
        )
    return _ESCAPED[escape]


def _encodable(written: str, text: str) -> str:
    """Return *text*; raise BrokenInput where it holds half a character, which no text can."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise _refusal(
            written.encode("utf-8", "replace").decode(),
            "holds bytes or escapes that are no character",
            "enthält Bytes oder Umschreibungen, die kein Zeichen sind",
        )
    return text


def _refusal(written: str, english: str, german: str) -> BrokenInput:
    return BrokenInput(
        f"parameter '{written}': no usable term: {english}", f"Parameter '{written}': kein brauchbarer Term: {german}"
    )


def parse_parameters(written: Iterable[str], prefixes: Mapping[str, str]) -> Parameters:
    """Return the parameters that are *written* as ``name=value``; raise BrokenInput where one is not."""
    found: dict[str, ox.NamedNode | ox.Literal] = {}
    for text in written:
        name, equals, value = text.partition("=")
        name = name.strip().removeprefix("?").removeprefix("$")
        if not equals or not re.match(r"[A-Za-z_]\w*$", name):
            raise BrokenInput(
                f"parameter '{text}': expected name=value, such as state=SH or 'word=\"kosten\"@de'",
                f"Parameter '{text}': erwartet wird Name=Wert, etwa state=SH oder 'word=\"kosten\"@de'",
            )
        found[name] = term(value, prefixes)
    return found
