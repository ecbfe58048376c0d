"""The constraint components and property paths of SHACL Core that the pre-filter knows, as operations on node sets.

A constraint takes a set of nodes and returns those that may violate it. Each names its paragraph in the Recommendation
("Shapes Constraint Language", W3C 2017); tests hold each against pySHACL.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import chain
from typing import Protocol

from efa_lod.model.expansion import TYPE, text_of, unescaped
from efa_lod.model.settings_check import is_date
from efa_lod.rdf.predicate_index import PredicateIndex, PropertyValues

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_XSD = "http://www.w3.org/2001/XMLSchema#"

FocusNodes = AbstractSet[str]
"""FocusNodes as N-Triples writes them."""
ShaclPath = Callable[[PredicateIndex, Iterable[str]], PropertyValues]
"""Returns what can be reached from nodes, by node; where nothing can, the node is left out."""
ValueConstraint = Callable[[PredicateIndex, FocusNodes], Collection[str]]
"""Returns those of some value nodes that may break a constraint."""
NodeConstraint = Callable[[PredicateIndex, FocusNodes, PropertyValues], Iterable[str]]
"""Returns those of some focus nodes that may break a constraint on all their values together."""


class UnsupportedConstraint(ValueError):
    """Shapes use a part of SHACL that is not known here; pySHACL validates without a pre-filter."""


class ReferredShape(Protocol):
    """A shape that other constraints refer to."""

    def failing(self, data: PredicateIndex, nodes: FocusNodes) -> set[str]:
        """Return those of *nodes* that may fail."""


class ShapesGraph(Protocol):
    """What constraints ask of the shapes graph that they stand in."""

    said: dict[str, dict[str, list[str]]]

    def one(self, name: str, predicate: str) -> str:
        """Return the one value of *predicate* for *name*."""

    def members(self, name: str) -> list[str]:
        """Return the members of the list *name*."""

    def shape(self, name: str) -> ReferredShape:
        """Return the shape *name*."""

    def is_exact(self, name: str) -> bool:
        """Return whether what fails the shape *name* is a candidate, and nothing else."""


def shacl_term(name: str) -> str:
    """Return the term *name* of the SHACL vocabulary, in angle brackets."""
    return f"<{SH}{name}>"


def literal_text(term: str) -> str:
    """Return the text of a literal; raise UnsupportedConstraint for what is none."""
    if term[0] != '"':
        raise UnsupportedConstraint(f"{term}: no literal")
    return text_of(term)


PATH = shacl_term("path")
QUALIFIED = "qualifiedValueShape"
SUBCLASS = f"<{RDFS}subClassOf>"


def path_of(shapes: ShapesGraph, name: str) -> ShaclPath:
    """Return the path *name* (SHACL 2.3.1)."""
    if name[0] == "<" and name != f"<{RDF}nil>":
        return lambda data, nodes: data.column(name)
    said = shapes.said.get(name, {})
    if shacl_term("inversePath") in said:
        predicate = shapes.one(name, shacl_term("inversePath"))
        if predicate[0] != "<":
            raise UnsupportedConstraint(f"{name}: the inverse of a path of several steps")
        return lambda data, nodes: data.inverse(predicate)
    if shacl_term("alternativePath") in said:
        ways = [path_of(shapes, way) for way in shapes.members(shapes.one(name, shacl_term("alternativePath")))]
        return lambda data, nodes: _either(ways, data, nodes)
    if f"<{RDF}first>" in said:
        steps = [path_of(shapes, step) for step in shapes.members(name)]
        return lambda data, nodes: _after_another(steps, data, nodes)
    raise UnsupportedConstraint(f"{name}: a path of this kind")


def _either(ways: Sequence[ShaclPath], data: PredicateIndex, nodes: Iterable[str]) -> PropertyValues:
    columns = [way(data, nodes) for way in ways]
    reached = {node: dict.fromkeys(chain(*(column.get(node, ()) for column in columns))) for node in nodes}
    return {node: values for node, values in reached.items() if values}


def _after_another(steps: Sequence[ShaclPath], data: PredicateIndex, nodes: Iterable[str]) -> PropertyValues:
    reached: dict[str, Collection[str]] = {node: (node,) for node in nodes}
    for step in steps:
        column = step(data, {value for values in reached.values() for value in values})
        reached = {
            node: dict.fromkeys(chain.from_iterable(column.get(value, ()) for value in values))
            for node, values in reached.items()
        }
    return {node: values for node, values in reached.items() if values}


def _in(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.8.3, sh:in."""
    allowed = frozenset(shapes.members(value))
    return lambda data, values: [value for value in values if value not in allowed]


def _node_kind(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.1.3, sh:nodeKind."""
    sign = _NODE_KINDS.get(value)
    if not sign:
        raise UnsupportedConstraint(f"{name}: nodeKind {value}")
    return lambda data, values: [value for value in values if value[0] != sign]


def _datatype(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.1.2, sh:datatype."""
    is_valid = _DATATYPES.get(value[1:-1].removeprefix(_XSD).removeprefix(RDF))
    if not is_valid:
        raise UnsupportedConstraint(f"{name}: datatype {value}")
    if value == f"<{_XSD}string>":
        return lambda data, values: [value for value in values if value[0] != '"' or value[-1] != '"']
    if value == f"<{RDF}langString>":
        return lambda data, values: [value for value in values if value[0] != '"' or value[-1] in '">']
    end = f'"^^{value}'
    return lambda data, values: [value for value in values if not _is_typed(value, end, is_valid)]


def _is_typed(term: str, end: str, is_valid: Callable[[str], object]) -> bool:
    """Return whether *term* is a literal with the datatype at the *end* and a text that surely *is_valid* for it."""
    return term.endswith(end) and bool(is_valid(term[1 : -len(end)]))


_is_day = lru_cache(4096)(is_date)  # few days, in many records
_DATATYPES: Mapping[str, Callable[[str], object]] = {
    "string": bool,
    "date": _is_day,
    "gYear": re.compile(r"(?!0000)[0-9]{4}").fullmatch,
    "gYearMonth": re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])").fullmatch,
    "hexBinary": re.compile(r"([0-9A-Fa-f]{2})+").fullmatch,
    "nonNegativeInteger": re.compile(r"[0-9]{1,18}").fullmatch,
    "langString": bool,
    "http://www.opengis.net/ont/geosparql#wktLiteral": lambda text: True,  # its text is not looked at by pySHACL either
}
"""Which texts are surely of a datatype of XML Schema, RDF or GeoSPARQL; others may be."""
_NODE_KINDS = {shacl_term("IRI"): "<", shacl_term("Literal"): '"'}
"""The kinds of nodes that are known, by the sign that a node of the kind begins with in N-Triples."""


def _pattern(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.4.3, sh:pattern."""
    flags = [literal_text(flag) for flag in shapes.said[name].get(shacl_term("flags"), ())]
    if flags not in ([], ["i"]):
        raise UnsupportedConstraint(f"{name}: flags {flags}")
    try:
        search = re.compile(literal_text(value), re.IGNORECASE if flags else 0).search  # as pySHACL does
    except (re.error, ValueError) as error:
        raise UnsupportedConstraint(f"{name}: {error}") from error
    return lambda data, values: [value for value in values if value[0] == "_" or not search(_text(value))]


def _text(term: str) -> str:
    """Return the text of a literal, or an IRI without its brackets."""
    text = term[1:-1] if term[0] == "<" or term[-1] == '"' else term[1 : term.rindex('"')]
    return unescaped(text) if "\\" in text and term[0] == '"' else text


def _language_in(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.4.4, sh:languageIn."""
    ends = tuple(f'"@{literal_text(tag).lower()}' for tag in shapes.members(value))
    if '"@*' in ends:
        raise UnsupportedConstraint(f"{name}: any language")

    def test(data: PredicateIndex, values: FocusNodes) -> Collection[str]:
        return [value for value in values if value[0] != '"' or not value.endswith(ends)]

    return test


def _class(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.1.1, sh:class."""

    def test(data: PredicateIndex, values: FocusNodes) -> Collection[str]:
        types = data.column(TYPE)
        return [one for one in values if value not in types.get(one, ())]

    return test


def _node(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.7.1, sh:node."""
    return shapes.shape(value).failing


def _not(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.6.1, sh:not."""
    shape = shapes.shape(value)
    if not shapes.is_exact(value):  # what is suspected wrongly would be cleared wrongly
        raise UnsupportedConstraint(f"{name}: not {value}")
    return lambda data, values: {*values} - shape.failing(data, values)


def _and(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.6.2, sh:and."""
    every = [shapes.shape(member) for member in shapes.members(value)]
    return lambda data, values: {value for shape in every for value in shape.failing(data, values)}


def _min_inclusive(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.3.2, sh:minInclusive."""
    least = _number(value)
    end = f'"^^<{_XSD}nonNegativeInteger>'
    is_enough = re.compile(r"[0-9]{1,18}").fullmatch

    def test(data: PredicateIndex, values: FocusNodes) -> Collection[str]:
        return [
            value for value in values if not (_is_typed(value, end, is_enough) and int(value[1 : -len(end)]) >= least)
        ]

    return test


def _or(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.6.3, sh:or."""
    ways = [shapes.shape(way) for way in shapes.members(value)]

    def test(data: PredicateIndex, values: FocusNodes) -> Collection[str]:
        for way in ways:
            values = way.failing(data, values) if values else values
        return values

    return test


def _closed(shapes: ShapesGraph, name: str, value: str) -> ValueConstraint:
    """SHACL 4.8.1, sh:closed."""
    allowed: set[str] = set()
    if literal_text(value) == "true":
        for members in shapes.said[name].get(shacl_term("ignoredProperties"), ()):
            allowed.update(shapes.members(members))
        for inner in shapes.said[name].get(shacl_term("property"), ()):
            allowed.update(shapes.said.get(inner, {}).get(PATH, ()))

        def test(data: PredicateIndex, values: FocusNodes) -> Collection[str]:
            said = data.predicates
            return [value for value in values if not allowed.issuperset(said.get(value, ()))]

        return test
    return lambda data, values: ()


VALUE_CONSTRAINTS: Mapping[str, Callable[[ShapesGraph, str, str], ValueConstraint]] = {
    "in": _in,
    "nodeKind": _node_kind,
    "datatype": _datatype,
    "pattern": _pattern,
    "languageIn": _language_in,
    "class": _class,
    "node": _node,
    "not": _not,
    "and": _and,
    "or": _or,
    "minInclusive": _min_inclusive,
    "closed": _closed,
}
INEXACT_CONSTRAINTS = frozenset(map(shacl_term, ("datatype", "languageIn", "lessThanOrEquals", "minInclusive")))
"""Constraints that suspect what may be in order, such as a date that is written in an uncommon way."""


def _number(value: str) -> int:
    try:
        return int(literal_text(value))
    except ValueError as error:
        raise UnsupportedConstraint(f"{value}: no number") from error


def _min_count(shapes: ShapesGraph, name: str, value: str) -> NodeConstraint:
    """SHACL 4.2.1, sh:minCount."""
    least = _number(value)
    if least == 1:
        return lambda data, nodes, reached: nodes - reached.keys()
    return lambda data, nodes, reached: [node for node in nodes if len(reached.get(node, ())) < least]


def _max_count(shapes: ShapesGraph, name: str, value: str) -> NodeConstraint:
    """SHACL 4.2.2, sh:maxCount."""
    most = _number(value)
    return lambda data, nodes, reached: [node for node in nodes if len(reached.get(node, ())) > most]


def _has_value(shapes: ShapesGraph, name: str, value: str) -> NodeConstraint:
    """SHACL 4.8.2, sh:hasValue."""
    return lambda data, nodes, reached: [node for node in nodes if value not in reached.get(node, ())]


def _unique_lang(shapes: ShapesGraph, name: str, value: str) -> NodeConstraint:
    """SHACL 4.4.5, sh:uniqueLang."""
    if literal_text(value) != "true":
        raise UnsupportedConstraint(f"{name}: uniqueLang {value}")

    def count(data: PredicateIndex, nodes: FocusNodes, reached: PropertyValues) -> Iterable[str]:
        for node in nodes:
            if len(values := reached.get(node, ())) > 1:
                tags = [
                    value[value.rindex('"') :].lower() for value in values if value[0] == '"' and value[-1] not in '">'
                ]
                if len(set(tags)) < len(tags):
                    yield node

    return count


def _equals(shapes: ShapesGraph, name: str, value: str) -> NodeConstraint:
    """SHACL 4.5.1, sh:equals."""

    def count(data: PredicateIndex, nodes: FocusNodes, reached: PropertyValues) -> Iterable[str]:
        others = data.column(value)
        return [node for node in nodes if {*reached.get(node, ())} != {*others.get(node, ())}]

    return count


def _less_than_or_equals(shapes: ShapesGraph, name: str, value: str) -> NodeConstraint:
    """SHACL 4.5.4, sh:lessThanOrEquals."""
    end = f'"^^<{_XSD}date>'

    def is_fine(values: Collection[str], others: Collection[str]) -> bool:
        if not values or not others:
            return True
        return all(_is_typed(day, end, _is_day) for day in (*values, *others)) and max(values) <= min(others)

    def count(data: PredicateIndex, nodes: FocusNodes, reached: PropertyValues) -> Iterable[str]:
        others = data.column(value)
        return [node for node in nodes if not is_fine(reached.get(node, ()), others.get(node, ()))]

    return count


def _qualified_value_shape(shapes: ShapesGraph, name: str, value: str) -> NodeConstraint:
    """SHACL 4.7.3, sh:qualifiedValueShape."""
    shape = shapes.shape(value)
    least = _number(shapes.one(name, shacl_term("qualifiedMinCount")))

    def count(data: PredicateIndex, nodes: FocusNodes, reached: PropertyValues) -> Iterable[str]:
        failing = shape.failing(data, {value for node in nodes for value in reached.get(node, ())})
        return [node for node in nodes if len({*reached.get(node, ())} - failing) < least]

    return count


NODE_CONSTRAINTS: Mapping[str, Callable[[ShapesGraph, str, str], NodeConstraint]] = {
    "minCount": _min_count,
    "maxCount": _max_count,
    "hasValue": _has_value,
    "uniqueLang": _unique_lang,
    "equals": _equals,
    "lessThanOrEquals": _less_than_or_equals,
    QUALIFIED: _qualified_value_shape,
}
