"""The value of a literal, whichever way it is written: ``1.50`` and ``1.5`` are one decimal number.

Values are those of XML Schema 1.1, Part 2; a literal of a datatype that is not known here has its text for a value.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pyoxigraph as ox

XSD = "http://www.w3.org/2001/XMLSchema#"
_DECIMALS = (
    *("decimal", "integer", "nonPositiveInteger", "negativeInteger", "nonNegativeInteger", "positiveInteger"),
    *("long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_TRUTH = {"1": "true", "true": "true", "0": "false", "false": "false"}


def _decimal(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    return format(number.normalize() if number else Decimal(0), "f")


def _float(text: str) -> str:
    try:
        return float(text.replace("INF", "inf")).hex()
    except ValueError:
        return text


def _moment(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (found if found.tzinfo is None else found.astimezone(UTC)).isoformat()


def _zoned(text: str) -> str:
    return re.sub(r"[+-]00:00$", "Z", text)


_VALUES: dict[str, tuple[str, Callable[[str], str]]] = {
    **{f"{XSD}{name}": (f"{XSD}decimal", _decimal) for name in _DECIMALS},
    f"{XSD}float": (f"{XSD}float", _float),
    f"{XSD}double": (f"{XSD}double", _float),
    f"{XSD}boolean": (f"{XSD}boolean", lambda text: _TRUTH.get(text, text)),
    f"{XSD}dateTime": (f"{XSD}dateTime", _moment),
    f"{XSD}date": (f"{XSD}date", _zoned),
    f"{XSD}time": (f"{XSD}time", _zoned),
}
"""For each datatype, the one whose values it shares, and how a value is written there in one way only."""


def value_of(term: object) -> tuple[str, ...]:
    """Return what *term* means: two literals with the same result have one value, two IRIs are one."""
    if not isinstance(term, ox.Literal):
        return (str(term),)
    if term.language:
        return term.value, f"@{term.language.lower()}"
    kind, written = _VALUES.get(term.datatype.value, (term.datatype.value, str))
    return written(term.value.strip() if written is not str else term.value), kind
