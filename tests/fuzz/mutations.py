"""Hypothesis strategies that damage what is real: values by structure, texts by words, bytes by position."""

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

WEIRD = (
    "", " ", "\0", "\x07", "\x1b[31m", "\n", "a\nb", "\r", "\t", "\x85", "\u2028", "\ufeff", "\ufffe", "\uffff",
    "\ud800", "\udfff\ud800", "\U0010ffff", "ß" * 300, "é", "é", "\u202e", "\u2800", '"', '"""', "'", "\\", "\\u0000",
    "<", ">", "<a b>", "a b", 'a"b', "..", "../../etc/passwd", "/etc/passwd", "state/../../x", "state/./sh",
    "//host/x", "#", "?", "state/sh", "state/sh#reuse", "#x", "http://", "http:x", "http://[", "http://a:99999/",
    "http://exa mple.org/", "javascript:alert(1)", "file:///etc/passwd", "data:,x", "urn:x", "mailto:a@b", "efa:",
    "efa:../x", "efa:a b", ":", "%", "%zz", "%00", "http://a/%zz", "_:b0", "[]", "@id", "@type", "@graph", "@context",
    "@base", "<<", "]]>", "--", "&amp;", "&a;", "{}", "{0}", "%s", "$x", "null", "true", "NO", "~", "0", "00", "01",
    "-0", "1e999", "9" * 400, ".inf", "NaN", "0000-00-00", "99999-01-01", "2026-13-01", "2026-02-30",
    "2026-11-23T00:00:00", "--11-23", "-2026-01-01", "2026", "2026-11", "de", "DE", "de-", "de-DE", "de_DE", "x-a",
    "de-toolongsubtag", "d", "123", "deu\n", "de--ltr", "en\n", "Test\n", "empty\n", "ozg@example.org\n", "a@b@c",
    "+49 0", "+4943153055046\n", "tel:1", "empty", "State", "ContactPoint", "text|text", "=1+1", "a" * 5000,
)  # fmt: skip
"""Texts that have hurt programs before."""
NO_TEXTS: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**400, 1.5, float("inf"), float("nan"), [], {}, [[]], [{}], {"": ""}, {"de": []},
)  # fmt: skip
NASTY = (
    b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\n", b"\t", b'"', b"'", b"\\",
    b"&a", b"*a", b"!!python/object/apply:os.system", b"<<", b"<<: *a", b"---\n", b"...\n", b"? ", b"- ", b": ",
    b"%YAML 9.9\n", b"|\n", b">-\n", b"{", b"}", b"[", b"]", b",", b"(", b")", b"<", b">", b"<<(", b")>>", b"@prefix",
    b"@base", b"PREFIX a: <b>\n", b"@en--ltr", b"^^", b"<!--", b"<![CDATA[", b'<!ENTITY a "b">', b"<!DOCTYPE a [",
    b"]>", b"&a;", b"<?xml version='1.1'?>", b"xml:lang='x'", b"rdf:parseType='Literal'", b"rdf:nodeID='1'",
    b'"@context"', b'"@reverse"', b'"@list"', b'"@json"', b'"@included"', b'"@nest"', b'"@vocab"', b'"@propagate"',
    b'"@direction"', b'"@index"', b'"@set"', b"null", b"1e999", b"\\ud800", b"\\u0000", b"#", b"'''", b"SELECT",
    b"SERVICE <http://127.0.0.1:1/>", b"FROM <file:///etc/passwd>", b"FILTER", b"UNION", b"OPTIONAL",
    b"BIND(1 AS ?x)", b"VALUES ?x {1}", b"GRAPH ?g", b"MINUS", b"EXISTS", b"*", b"+", b"/", b"^", b"!", b"||",
    b"REGEX(?x, '(a+)+$')", b"1/0", b"CONCAT(", b"GROUP BY ?s", b"HAVING(1)", b"COUNT(*)", b"LIMIT 0", b"OFFSET -1",
    b"LATERAL", b"DESCRIBE *", b"CONSTRUCT WHERE", b"<table>", b"</table>", b"<td>", b"</td>", b"<b>",
    b'<a href="javascript:1">', b'<a href="http://[">', b'<base href="//[">', b"<script>", b"<svg>", b"<math>",
    b"<template>", b"|", b"\xe2\xa0\x80", b"Bayern", b"Finanzierung|", b"&#0;", b"&#xD800;", b"sh:path", b"sh:or (",
    b"sh:not [", b"sh:sparql", b"sh:pattern '('", b"sh:minCount 'x'", b"sh:node <#a>", b"sh:property",
)  # fmt: skip
"""Pieces that mean something to one of the readers."""

_SPACE = re.compile(rb"(\s+)")

texts = st.one_of(st.sampled_from(WEIRD), st.text(max_size=40), st.text(st.characters(), max_size=8))
anything = st.one_of(texts, texts, st.sampled_from(NO_TEXTS))


def ways(value: Any) -> list[tuple[Any, Any]]:
    """Return each container in *value* with each of its keys or positions."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        members: Iterator[Any] = iter(list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder)))
        for key, member in members:
            found.append((holder, key))
            if isinstance(member, dict | list):
                waiting.append(member)
    return found


def _delete(draw: Callable[..., Any], holder: Any, key: Any, every: Sequence[tuple[Any, Any]]) -> None:
    del holder[key]


def _replace(draw: Callable[..., Any], holder: Any, key: Any, every: Sequence[tuple[Any, Any]]) -> None:
    holder[key] = copy.deepcopy(draw(anything))


def _wrap(draw: Callable[..., Any], holder: Any, key: Any, every: Sequence[tuple[Any, Any]]) -> None:
    for _ in range(draw(st.sampled_from((1, 1, 2, 70)))):
        holder[key] = [holder[key]] if draw(st.booleans()) else {draw(st.sampled_from(("de", "id", "x"))): holder[key]}


def _double(draw: Callable[..., Any], holder: Any, key: Any, every: Sequence[tuple[Any, Any]]) -> None:
    holder[key] = [holder[key], copy.deepcopy(holder[key])]


def _exchange(draw: Callable[..., Any], holder: Any, key: Any, every: Sequence[tuple[Any, Any]]) -> None:
    other, place = every[draw(st.integers(0, len(every) - 1))]
    holder[key] = copy.deepcopy(other[place])


def _rename(draw: Callable[..., Any], holder: Any, key: Any, every: Sequence[tuple[Any, Any]]) -> None:
    if isinstance(holder, dict):
        name = draw(st.one_of(texts, st.sampled_from([str(k) for _, k in every])))
        holder[name] = holder.pop(key)


def _extend(draw: Callable[..., Any], holder: Any, key: Any, every: Sequence[tuple[Any, Any]]) -> None:
    if isinstance(holder[key], str):
        holder[key] += draw(texts)


_CHANGES = (_delete, _replace, _replace, _wrap, _double, _exchange, _rename, _extend, _extend)


@st.composite
def damaged(draw: Callable[..., Any], originals: Sequence[Any], most: int = 4) -> Any:
    """Return one of *originals*, mappings and lists of texts, with up to *most* changes."""
    value = copy.deepcopy(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, most))):
        every = ways(value)
        if not every:
            break
        holder, key = every[draw(st.integers(0, len(every) - 1))]
        draw(st.sampled_from(_CHANGES))(draw, holder, key, every)
    return value


@st.composite
def damaged_bytes(draw: Callable[..., Any], originals: Sequence[bytes], most: int = 6) -> bytes:
    """Return one of *originals* with up to *most* bytes or pieces changed, removed, moved or put in."""
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, most))):
        at = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 5)):
            case 0:
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case 1:
                del data[at : at + draw(st.integers(1, 40))]
            case 2:
                data[at:at] = draw(st.sampled_from(NASTY))
            case 3:
                start = draw(st.integers(0, len(data)))
                data[at:at] = data[start : start + draw(st.integers(1, 200))]
            case 4:
                data[at:at] = draw(st.sampled_from(NASTY)) * draw(st.sampled_from((2, 40, 300)))
            case _:
                del data[at:]
    return bytes(data)


@st.composite
def damaged_words(draw: Callable[..., Any], originals: Sequence[bytes], most: int = 3) -> bytes:
    """Return one of *originals* with up to *most* words replaced by others of it, by pieces, or by nothing.

    What is read by a grammar often stays readable this way, and means something nobody meant.
    """
    words = _SPACE.split(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, most))):
        at = 2 * draw(st.integers(0, len(words) // 2))
        other = words[2 * draw(st.integers(0, len(words) // 2))]
        words[at] = draw(st.one_of(st.just(other), st.just(other), st.sampled_from(NASTY), st.just(b"")))
    return b"".join(words)
