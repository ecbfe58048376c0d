"""Pre-filter for SHACL: find the candidates among many records, so that pySHACL validates only those.

Shapes become operations on the sets of focus nodes in columns (``predicate_index``), so the cost lies in a few passes
over a batch and not in each pair of node and shape. The pre-filter only clears: what it returns as a candidate is
validated by pySHACL, which alone speaks to people. With shapes that use a part of SHACL that is not known here
(``constraints``) there is no pre-filter (``UnsupportedConstraint``). Tests hold it against pySHACL: each constraint by
every path and from every target, every broken case, and thousands of damaged records.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from efa_lod.model.expansion import TYPE, Statement
from efa_lod.rdf.predicate_index import PredicateIndex, PropertyValues
from efa_lod.validation.constraints import (
    INEXACT_CONSTRAINTS,
    NODE_CONSTRAINTS,
    PATH,
    QUALIFIED,
    RDF,
    RDFS,
    SH,
    SUBCLASS,
    VALUE_CONSTRAINTS,
    FocusNodes,
    NodeConstraint,
    ShaclPath,
    UnsupportedConstraint,
    ValueConstraint,
    path_of,
    shacl_term,
)


class Prefilter:
    """Shapes as operations on many records; raise UnsupportedConstraint where they use what is not known here."""

    def __init__(self, shapes: Iterable[Statement]) -> None:
        known = _Shapes(shapes)
        targeted = {subject for subject, predicate, _ in known.statements if predicate in _TARGETS}
        try:
            self._shapes = {name: (_targets(known.said[name]), known.shape(name)) for name in sorted(targeted)}
        except RecursionError as error:
            raise UnsupportedConstraint("shapes nested too deep") from error

    def candidates(self, data: PredicateIndex) -> set[str] | None:
        """Return the things in *data* that may break a shape; None where nothing can be said.

        What is described beside them is not looked at. A focus node that nothing describes, such as a code, stands for
        the things that have it, by which it fails; it is returned itself where nothing has it.
        """
        by_shape = self.candidates_by_shape(data)
        return None if by_shape is None else set().union(*by_shape.values())

    def candidates_by_shape(self, data: PredicateIndex) -> dict[str, set[str]] | None:
        """Return the things in *data* that may break a shape as ``candidates`` does, by the shape that they may break.

        Shapes that nothing breaks are left out.
        """
        if data.column(SUBCLASS):
            return None  # what belongs to a class is then more than what says so
        found: dict[str, set[str]] = {}
        for name, (targets, shape) in self._shapes.items():
            sets = [target(data) for target in targets]
            nodes = sets[0] if len(sets) == 1 else frozenset().union(*sets)
            if nodes and (blamed := shape.blamed(data, nodes)):
                found[name] = blamed
        return found


@dataclass
class _Shape:
    """A node shape, or with a *path* a property shape: what its value nodes must be, and all of them together.

    *inner* are the shapes under sh:property.
    """

    path: ShaclPath | None
    tests: list[ValueConstraint] = field(default_factory=list)
    counts: list[NodeConstraint] = field(default_factory=list)
    inner: "list[_Shape]" = field(default_factory=list)

    def failing(self, data: PredicateIndex, nodes: FocusNodes) -> set[str]:
        """Return those of *nodes* that may fail."""
        reached = self._reached(data, nodes)
        values = _values(nodes, reached) if self.inner else set()
        deep = {value for shape in self.inner for value in shape.failing(data, values)}
        return self._failing(data, nodes, reached, self._bad(data, nodes, reached) | deep)

    def blamed(self, data: PredicateIndex, nodes: FocusNodes) -> set[str]:
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

    def _reached(self, data: PredicateIndex, nodes: FocusNodes) -> PropertyValues:
        return self.path(data, nodes) if self.path else {node: (node,) for node in nodes}

    def _bad(self, data: PredicateIndex, nodes: FocusNodes, reached: PropertyValues) -> set[str]:
        """Return the values of *nodes* that may break a constraint on each value."""
        values = _values(nodes, reached) if self.tests else set()
        return {value for test in self.tests for value in test(data, values)}

    def _failing(self, data: PredicateIndex, nodes: FocusNodes, reached: PropertyValues, bad: set[str]) -> set[str]:
        failing = {node for count in self.counts for node in count(data, nodes, reached)}
        return failing | {node for node in nodes if not bad.isdisjoint(reached.get(node, ()))} if bad else failing


def _values(nodes: Iterable[str], reached: PropertyValues) -> set[str]:
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
        """Return the value of *predicate* for *name*; raise UnsupportedConstraint when there is not exactly one."""
        values = self.said.get(name, {}).get(predicate, [])
        if len(values) != 1:
            raise UnsupportedConstraint(f"{name}: {len(values)} values of {predicate}")
        return values[0]

    def members(self, name: str) -> list[str]:
        """Return the members of the list *name*."""
        found: list[str] = []
        for _ in self.statements:
            if name == f"<{RDF}nil>":
                return found
            found.append(self.one(name, f"<{RDF}first>"))
            name = self.one(name, f"<{RDF}rest>")
        raise UnsupportedConstraint(f"{name}: a list without end")

    def shape(self, name: str) -> _Shape:
        """Return the shape *name*, each made once."""
        if name not in self._made:
            self._made[name] = None
            self._made[name] = self._shape(name)
        made = self._made[name]
        if made is None:
            raise UnsupportedConstraint(f"{name}: refers to itself")
        return made

    def _shape(self, name: str) -> _Shape:
        said = self.said.get(name, {})
        if f"<{RDFS}Class>" in said.get(TYPE, ()):
            raise UnsupportedConstraint(f"{name}: a class that is a shape")
        made = _Shape(path_of(self, self.one(name, PATH)) if PATH in said else None)
        for predicate, values in said.items():
            if not predicate.startswith(f"<{SH}") or predicate in _TARGETS or predicate in _READ_ELSEWHERE:
                continue
            constraint = predicate[len(SH) + 1 : -1]
            for value in values:
                if constraint == "property":
                    made.inner.append(self.shape(value))
                elif make_test := VALUE_CONSTRAINTS.get(constraint):
                    made.tests.append(make_test(self, name, value))
                elif make_count := NODE_CONSTRAINTS.get(constraint):
                    made.counts.append(make_count(self, name, value))
                else:
                    raise UnsupportedConstraint(f"{name}: {predicate}")
        return made

    def is_exact(self, name: str) -> bool:
        """Return whether of the shape *name* everything that fails is told, and nothing else."""
        said = self.said.get(name, {})
        inner = [
            value
            for constraint in ("node", "property", "not", QUALIFIED)
            for value in said.get(shacl_term(constraint), ())
        ]
        for way in ("or", "and"):
            inner += [member for members in said.get(shacl_term(way), ()) for member in self.members(members)]
        return INEXACT_CONSTRAINTS.isdisjoint(said) and all(map(self.is_exact, inner))


_TARGETS: Mapping[str, Callable[[PredicateIndex, str], FocusNodes]] = {
    shacl_term("targetClass"): lambda data, name: data.own_classes.get(name, frozenset()),
    shacl_term("targetNode"): lambda data, name: {name},
    shacl_term("targetSubjectsOf"): lambda data, name: data.own.get(name, {}).keys(),
    shacl_term("targetObjectsOf"): lambda data, name: {*chain.from_iterable(data.own.get(name, {}).values())},
}
_READ_ELSEWHERE = frozenset(
    [shacl_term(name) for name in ("message", "name", "description", "severity")]  # for readers
    + [shacl_term(name) for name in ("path", "flags", "ignoredProperties", "qualifiedMinCount")]
)


def _targets(said: Mapping[str, Sequence[str]]) -> list[Callable[[PredicateIndex], FocusNodes]]:
    return [
        lambda data, find=find, name=name: find(data, name)  # type: ignore[misc]
        for predicate, find in _TARGETS.items()
        for name in said.get(predicate, ())
    ]
