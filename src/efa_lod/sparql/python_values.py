"""Values of Python for terms of the engine, and terms for values (RDF 1.1 Concepts, XSD 1.1)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from efa_lod.io.messages import Messages

if TYPE_CHECKING:
    import pyoxigraph as ox


_ERRORS = Messages(__file__, "errors")

CellValue = str | bool | int | float | Decimal | date | datetime | None
"""What a cell of an answer holds; None where the query left the variable unbound."""


class IRI(str):
    """The identifier of a thing, as opposed to a text."""

    __slots__ = ()


def python_value(term: object) -> CellValue:
    """Return *term* as Python knows it; what has no such form is a text."""
    import pyoxigraph as ox

    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if not isinstance(term, ox.Literal):
        return str(term)
    make = _MAKERS.get(term.datatype.value.rpartition("XMLSchema#")[2])
    try:
        return make(term.value) if make else term.value
    except (ValueError, ArithmeticError):
        return term.value


_MAKERS: Mapping[str, Callable[[str], CellValue]] = {
    "integer": int,
    "decimal": Decimal,
    "double": float,
    "float": float,
    "boolean": lambda text: text in ("true", "1"),
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
}


def engine_term(value: object) -> "ox.NamedNode | ox.Literal":
    """Return *value* as a term of the engine."""
    import pyoxigraph as ox

    if isinstance(value, ox.NamedNode | ox.Literal):
        return value
    if isinstance(value, IRI) or type(value).__name__ == "URIRef":
        return ox.NamedNode(str(value))
    language, datatype = getattr(value, "language", None), getattr(value, "datatype", None)
    if language or datatype:  # a literal of rdflib
        return ox.Literal(str(value), language=language, datatype=ox.NamedNode(str(datatype)) if datatype else None)
    if isinstance(value, str):
        return ox.Literal(str(value))
    for kind, name in _DATATYPES.items():
        if isinstance(value, kind):
            text = str(value).lower() if kind is bool else value.isoformat() if isinstance(value, date) else str(value)
            return ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}"))
    raise _ERRORS.broken("parameter", kind=type(value).__name__)


_DATATYPES: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "double",
    Decimal: "decimal",
    datetime: "dateTime",
    date: "date",
}
"""The datatype of each type; a subtype stands before what it is one of."""
