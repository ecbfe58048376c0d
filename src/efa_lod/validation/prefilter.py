"""A fast look at many records before pySHACL: which things are above suspicion.

Shapes are turned into operations on the sets of nodes in columns (see ``columns``): a constraint takes a set of nodes
and returns those that may break it. So the cost lies in a few passes over the batch and not in each pair of node and
shape. The look only clears: whatever it suspects is validated by pySHACL, which alone speaks to people.

What is known here is the part of SHACL Core that the shapes for records use; with shapes that use more there is no look
(``Unscreenable``). Tests hold it against pySHACL: each constraint by every path and from every target, every broken
case, and thousands of damaged records.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

from efa_lod.model.expansion import TYPE, Statement, text_of, unescaped
from efa_lod.model.publication import is_date
from efa_lod.rdf.predicate_index import Column, Columns

SH = "http://www.w3.org/ns/shacl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_XSD = "http://www.w3.org/2001/XMLSchema#"

Nodes = AbstractSet[str]
"""Nodes as N-Triples writes them."""
Path = Callable[[Columns, Iterable[str]], Column]
"""Returns what can be reached from nodes, by node; where nothing can, the node is left out."""
_Test = Callable[[Columns, Nodes], Collection[str]]
"""Returns those of some value nodes that may break a constraint."""
_Count = Callable[[Columns, Nodes, Column], Iterable[str]]
"""Returns those of some focus nodes that may break a constraint on all their values together."""


class Unscreenable(ValueError):
    """Shapes use a part of SHACL that is not known here; pySHACL judges without a fast look."""


class Screen:
    """Shapes in the form in which many records are held against them; raise Unscreenable where that cannot be."""

    def __init__(self, shapes: Iterable[Statement]) -> None:
        known = _Shapes(shapes)
        targeted = {subject for subject, predicate, _ in known.statements if predicate in _TARGETS}
        try:
            self._shapes = [(_targets(known.said[name]), known.shape(name)) for name in sorted(targeted)]
        except RecursionError as error:
            raise Unscreenable("shapes nested too deep") from error

    def suspects(self, data: Columns) -> set[str] | None:
        """Return the things in *data* that may break a shape; None where nothing can be said.

        What is described beside them is not looked at. A focus node that nothing describes, such as a code, stands for
        the things that have it, by which it fails; it is returned itself where nothing has it.
        """
        if data.column(_SUBCLASS):
            return None  # what belongs to a class is then more than what says so
        found: set[str] = set()
        for targets, shape in self._shapes:
            sets = [target(data) for target in targets]
            nodes = sets[0] if len(sets) == 1 else frozenset().union(*sets)
            if nodes:
                found |= shape.blamed(data, nodes)
        return found


# --- shapes ---------------------------------------------------------------------------------------------------------


@dataclass
class _Shape:
    """A node shape, or with a *path* a property shape: what its value nodes must be, and all of them together.

    *inner* are the shapes under sh:property.
    """

    path: Path | None
    tests: list[_Test] = field(default_factory=list)
    counts: list[_Count] = field(default_factory=list)
    inner: "list[_Shape]" = field(default_factory=list)

    def failing(self, data: Columns, nodes: Nodes) -> set[str]:
        """Return those of *nodes* that may fail."""
        reached = self._reached(data, nodes)
        values = _values(nodes, reached) if self.inner else set()
        deep = {value for shape in self.inner for value in shape.failing(data, values)}
        return self._failing(data, nodes, reached, self._bad(data, nodes, reached) | deep)

    def blamed(self, data: Columns, nodes: Nodes) -> set[str]:
        """Return the things that results about *nodes* would speak of: those that may fail, or their values.

        Of a node that nothing describes, such as a code, the values are told by which it fails, if it has some.
        """
        reached = self._reached(data, nodes)
        bad = self._bad(data, nodes, reached)
        blamed: set[str] = set()
        for node in self._failing(data, nodes, reached, bad):
            values = () if node in data.predicates else reached.get(node, ())
            blamed |= bad.intersection(values) or {*values} or {node}
        values = _values(nodes, reached) if self.inner else set()
        return blamed.union(*(shape.blamed(data, values) for shape in self.inner))

    def _reached(self, data: Columns, nodes: Nodes) -> Column:
        return self.path(data, nodes) if self.path else {node: (node,) for node in nodes}

    def _bad(self, data: Columns, nodes: Nodes, reached: Column) -> set[str]:
        """Return the values of *nodes* that may break a constraint on each value."""
        values = _values(nodes, reached) if self.tests else set()
        return {value for test in self.tests for value in test(data, values)}

    def _failing(self, data: Columns, nodes: Nodes, reached: Column, bad: set[str]) -> set[str]:
        failing = {node for count in self.counts for node in count(data, nodes, reached)}
        return failing | {node for node in nodes if not bad.isdisjoint(reached.get(node, ()))} if bad else failing


def _values(nodes: Iterable[str], reached: Column) -> set[str]:
    return {value for node in nodes if node in reached for value in reached[node]}


class _Shapes:
    """The statements of shapes, and the shapes that they make."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.statements = list(statements)
        self.said: dict[str, dict[str, list[str]]] = {}
        for subject, predicate, found in self.statements:
            self.said.setdefault(subject, {}).setdefault(predicate, []).append(found)
        self._made: dict[str, _Shape | None] = {}

    def one(self, name: str, predicate: str) -> str:
        """Return the value of *predicate* for *name*; raise Unscreenable when there is not exactly one."""
        values = self.said.get(name, {}).get(predicate, [])
        if len(values) != 1:
            raise Unscreenable(f"{name}: {len(values)} values of {predicate}")
        return values[0]

    def members(self, name: str) -> list[str]:
        """Return the members of the list *name*."""
        found: list[str] = []
        for _ in self.statements:
            if name == f"<{_RDF}nil>":
                return found
            found.append(self.one(name, f"<{_RDF}first>"))
            name = self.one(name, f"<{_RDF}rest>")
        raise Unscreenable(f"{name}: a list without end")

    def shape(self, name: str) -> _Shape:
        """Return the shape *name*, each made once."""
        if name not in self._made:
            self._made[name] = None
            self._made[name] = self._shape(name)
        made = self._made[name]
        if made is None:
            raise Unscreenable(f"{name}: refers to itself")
        return made

    def _shape(self, name: str) -> _Shape:
        said = self.said.get(name, {})
        if f"<{_RDFS}Class>" in said.get(TYPE, ()):
            raise Unscreenable(f"{name}: a class that is a shape")
        made = _Shape(_path(self, self.one(name, _PATH)) if _PATH in said else None)
        for predicate, values in said.items():
            if not predicate.startswith(f"<{SH}") or predicate in _TARGETS or predicate in _READ_ELSEWHERE:
                continue
            constraint = predicate[len(SH) + 1 : -1]
            for value in values:
                if constraint == "property":
                    made.inner.append(self.shape(value))
                elif make_test := _TESTS.get(constraint):
                    made.tests.append(make_test(self, name, value))
                elif make_count := _COUNTS.get(constraint):
                    made.counts.append(make_count(self, name, value))
                else:
                    raise Unscreenable(f"{name}: {predicate}")
        return made

    def is_exact(self, name: str) -> bool:
        """Tell whether of the shape *name* everything that fails is told, and nothing else."""
        said = self.said.get(name, {})
        inner = [
            value for constraint in ("node", "property", "not", _QUALIFIED) for value in said.get(_sh(constraint), ())
        ]
        inner += [member for members in said.get(_sh("or"), ()) for member in self.members(members)]
        return _INEXACT.isdisjoint(said) and all(map(self.is_exact, inner))


def _sh(name: str) -> str:
    return f"<{SH}{name}>"


def _literal(term: str) -> str:
    """Return the text of a literal; raise Unscreenable for what is none."""
    if term[0] != '"':
        raise Unscreenable(f"{term}: no literal")
    return text_of(term)


_PATH = _sh("path")
_QUALIFIED = "qualifiedValueShape"
_SUBCLASS = f"<{_RDFS}subClassOf>"
_TARGETS: Mapping[str, Callable[[Columns, str], Nodes]] = {
    _sh("targetClass"): lambda data, name: data.own_classes.get(name, frozenset()),
    _sh("targetNode"): lambda data, name: {name},
    _sh("targetSubjectsOf"): lambda data, name: data.own.get(name, {}).keys(),
    _sh("targetObjectsOf"): lambda data, name: {*chain.from_iterable(data.own.get(name, {}).values())},
}
_READ_ELSEWHERE = frozenset(
    [_sh(name) for name in ("message", "name", "description", "severity")]  # for readers
    + [_sh(name) for name in ("path", "flags", "ignoredProperties", "qualifiedMinCount")]
)


def _targets(said: Mapping[str, Sequence[str]]) -> list[Callable[[Columns], Nodes]]:
    return [
        lambda data, find=find, name=name: find(data, name)  # type: ignore[misc]
        for predicate, find in _TARGETS.items()
        for name in said.get(predicate, ())
    ]


# --- paths ----------------------------------------------------------------------------------------------------------


def _path(shapes: _Shapes, name: str) -> Path:
    """Return the path *name* (SHACL 2.3.1)."""
    if name[0] == "<" and name != f"<{_RDF}nil>":
        return lambda data, nodes: data.column(name)
    said = shapes.said.get(name, {})
    if _sh("inversePath") in said:
        predicate = shapes.one(name, _sh("inversePath"))
        if predicate[0] != "<":
            raise Unscreenable(f"{name}: the inverse of a path of several steps")
        return lambda data, nodes: data.inverse(predicate)
    if _sh("alternativePath") in said:
        ways = [_path(shapes, way) for way in shapes.members(shapes.one(name, _sh("alternativePath")))]
        return lambda data, nodes: _either(ways, data, nodes)
    if f"<{_RDF}first>" in said:
        steps = [_path(shapes, step) for step in shapes.members(name)]
        return lambda data, nodes: _after_another(steps, data, nodes)
    raise Unscreenable(f"{name}: a path of this kind")


def _either(ways: Sequence[Path], data: Columns, nodes: Iterable[str]) -> Column:
    columns = [way(data, nodes) for way in ways]
    reached = {node: dict.fromkeys(chain(*(column.get(node, ()) for column in columns))) for node in nodes}
    return {node: values for node, values in reached.items() if values}


def _after_another(steps: Sequence[Path], data: Columns, nodes: Iterable[str]) -> Column:
    reached: dict[str, Collection[str]] = {node: (node,) for node in nodes}
    for step in steps:
        column = step(data, {value for values in reached.values() for value in values})
        reached = {
            node: dict.fromkeys(chain.from_iterable(column.get(value, ()) for value in values))
            for node, values in reached.items()
        }
    return {node: values for node, values in reached.items() if values}


# --- constraints on each value --------------------------------------------------------------------------------------


def _in(shapes: _Shapes, name: str, value: str) -> _Test:
    allowed = frozenset(shapes.members(value))
    return lambda data, values: [value for value in values if value not in allowed]


def _node_kind(shapes: _Shapes, name: str, value: str) -> _Test:
    if value != _sh("IRI"):
        raise Unscreenable(f"{name}: nodeKind {value}")
    return lambda data, values: [value for value in values if value[0] != "<"]


def _datatype(shapes: _Shapes, name: str, value: str) -> _Test:
    is_valid = _DATATYPES.get(value[1:-1].removeprefix(_XSD))
    if not is_valid:
        raise Unscreenable(f"{name}: datatype {value}")
    if value == f"<{_XSD}string>":
        return lambda data, values: [value for value in values if value[0] != '"' or value[-1] != '"']
    end = f'"^^{value}'
    return lambda data, values: [value for value in values if not _is_typed(value, end, is_valid)]


def _is_typed(term: str, end: str, is_valid: Callable[[str], Any]) -> bool:
    """Tell whether *term* is a literal with the datatype at the *end* and a text that surely *is_valid* for it."""
    return term.endswith(end) and bool(is_valid(term[1 : -len(end)]))


_is_day = lru_cache(4096)(is_date)  # few days, in many records
_DATATYPES: Mapping[str, Callable[[str], Any]] = {
    "string": bool,
    "date": _is_day,
    "gYearMonth": re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])").fullmatch,
    "hexBinary": re.compile(r"([0-9A-Fa-f]{2})+").fullmatch,
}
"""Which texts are surely of a datatype of XML Schema; others may be."""


def _pattern(shapes: _Shapes, name: str, value: str) -> _Test:
    flags = [_literal(flag) for flag in shapes.said[name].get(_sh("flags"), ())]
    if flags not in ([], ["i"]):
        raise Unscreenable(f"{name}: flags {flags}")
    try:
        search = re.compile(_literal(value), re.IGNORECASE if flags else 0).search  # as pySHACL does
    except (re.error, ValueError) as error:
        raise Unscreenable(f"{name}: {error}") from error
    return lambda data, values: [value for value in values if value[0] == "_" or not search(_text(value))]


def _text(term: str) -> str:
    """Return the text of a literal, or an IRI without its brackets."""
    text = term[1:-1] if term[0] == "<" or term[-1] == '"' else term[1 : term.rindex('"')]
    return unescaped(text) if "\\" in text and term[0] == '"' else text


def _language_in(shapes: _Shapes, name: str, value: str) -> _Test:
    ends = tuple(f'"@{_literal(tag).lower()}' for tag in shapes.members(value))
    if '"@*' in ends:
        raise Unscreenable(f"{name}: any language")

    def test(data: Columns, values: Nodes) -> Collection[str]:
        return [value for value in values if value[0] != '"' or not value.endswith(ends)]

    return test


def _class(shapes: _Shapes, name: str, value: str) -> _Test:
    def test(data: Columns, values: Nodes) -> Collection[str]:
        types = data.column(TYPE)
        return [one for one in values if value not in types.get(one, ())]

    return test


def _node(shapes: _Shapes, name: str, value: str) -> _Test:
    return shapes.shape(value).failing


def _not(shapes: _Shapes, name: str, value: str) -> _Test:
    shape = shapes.shape(value)
    if not shapes.is_exact(value):  # what is suspected wrongly would be cleared wrongly
        raise Unscreenable(f"{name}: not {value}")
    return lambda data, values: {*values} - shape.failing(data, values)


def _or(shapes: _Shapes, name: str, value: str) -> _Test:
    ways = [shapes.shape(way) for way in shapes.members(value)]

    def test(data: Columns, values: Nodes) -> Collection[str]:
        for way in ways:
            values = way.failing(data, values) if values else values
        return values

    return test


def _closed(shapes: _Shapes, name: str, value: str) -> _Test:
    allowed: set[str] = set()
    if _literal(value) == "true":
        for members in shapes.said[name].get(_sh("ignoredProperties"), ()):
            allowed.update(shapes.members(members))
        for inner in shapes.said[name].get(_sh("property"), ()):
            allowed.update(shapes.said.get(inner, {}).get(_PATH, ()))

        def test(data: Columns, values: Nodes) -> Collection[str]:
            said = data.predicates
            return [value for value in values if not allowed.issuperset(said.get(value, ()))]

        return test
    return lambda data, values: ()


_TESTS: Mapping[str, Callable[[_Shapes, str, str], _Test]] = {
    "in": _in,
    "nodeKind": _node_kind,
    "datatype": _datatype,
    "pattern": _pattern,
    "languageIn": _language_in,
    "class": _class,
    "node": _node,
    "not": _not,
    "or": _or,
    "closed": _closed,
}
_INEXACT = frozenset([_sh("datatype"), _sh("languageIn"), _sh("lessThanOrEquals")])
"""Constraints that suspect what may be in order, such as a date that is written in an uncommon way."""


# --- constraints on all values of a node together -------------------------------------------------------------------


def _number(value: str) -> int:
    try:
        return int(_literal(value))
    except ValueError as error:
        raise Unscreenable(f"{value}: no number") from error


def _min_count(shapes: _Shapes, name: str, value: str) -> _Count:
    least = _number(value)
    if least == 1:
        return lambda data, nodes, reached: nodes - reached.keys()
    return lambda data, nodes, reached: [node for node in nodes if len(reached.get(node, ())) < least]


def _max_count(shapes: _Shapes, name: str, value: str) -> _Count:
    most = _number(value)
    return lambda data, nodes, reached: [node for node in nodes if len(reached.get(node, ())) > most]


def _has_value(shapes: _Shapes, name: str, value: str) -> _Count:
    return lambda data, nodes, reached: [node for node in nodes if value not in reached.get(node, ())]


def _unique_lang(shapes: _Shapes, name: str, value: str) -> _Count:
    if _literal(value) != "true":
        raise Unscreenable(f"{name}: uniqueLang {value}")

    def count(data: Columns, nodes: Nodes, reached: Column) -> Iterable[str]:
        for node in nodes:
            if len(values := reached.get(node, ())) > 1:
                tags = [
                    value[value.rindex('"') :].lower() for value in values if value[0] == '"' and value[-1] not in '">'
                ]
                if len(set(tags)) < len(tags):
                    yield node

    return count


def _equals(shapes: _Shapes, name: str, value: str) -> _Count:
    def count(data: Columns, nodes: Nodes, reached: Column) -> Iterable[str]:
        others = data.column(value)
        return [node for node in nodes if {*reached.get(node, ())} != {*others.get(node, ())}]

    return count


def _less_than_or_equals(shapes: _Shapes, name: str, value: str) -> _Count:
    end = f'"^^<{_XSD}date>'

    def is_fine(values: Collection[str], others: Collection[str]) -> bool:
        if not values or not others:
            return True
        return all(_is_typed(day, end, _is_day) for day in (*values, *others)) and max(values) <= min(others)

    def count(data: Columns, nodes: Nodes, reached: Column) -> Iterable[str]:
        others = data.column(value)
        return [node for node in nodes if not is_fine(reached.get(node, ()), others.get(node, ()))]

    return count


def _qualified_value_shape(shapes: _Shapes, name: str, value: str) -> _Count:
    shape = shapes.shape(value)
    least = _number(shapes.one(name, _sh("qualifiedMinCount")))

    def count(data: Columns, nodes: Nodes, reached: Column) -> Iterable[str]:
        failing = shape.failing(data, {value for node in nodes for value in reached.get(node, ())})
        return [node for node in nodes if len({*reached.get(node, ())} - failing) < least]

    return count


_COUNTS: Mapping[str, Callable[[_Shapes, str, str], _Count]] = {
    "minCount": _min_count,
    "maxCount": _max_count,
    "hasValue": _has_value,
    "uniqueLang": _unique_lang,
    "equals": _equals,
    "lessThanOrEquals": _less_than_or_equals,
    _QUALIFIED: _qualified_value_shape,
}
