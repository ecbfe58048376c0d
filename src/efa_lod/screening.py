"""A fast look at data before pySHACL: which things are above suspicion.

The engine is shacl-rust, an optional extra. It only clears: whatever it complains of, or gives up on, is validated
by pySHACL, which alone speaks to people. Tests hold both against each other over every broken case there is.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyoxigraph as ox

from efa_lod.context import RDF_TYPE
from efa_lod.statements import text_of

SH = "http://www.w3.org/ns/shacl#"
_FOR_READERS = frozenset(SH + name for name in ("message", "name", "description"))
_TARGETS = frozenset(SH + name for name in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf"))


def is_installed() -> bool:
    """Tell whether the fast engine is there."""
    from importlib.util import find_spec

    return find_spec("shacl_rust") is not None


class Screen:
    """Shapes in the form in which the fast engine reads them."""

    def __init__(self, shapes: Iterable[ox.Triple]) -> None:
        triples = _without_qualified_values([t for t in shapes if t.predicate.value not in _FOR_READERS])
        triples, self._inverted = _without_inverse_targets(triples)
        self._shapes = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()

    def suspects(self, data: str) -> set[tuple[str, str]] | None:
        """Return what in *data* (N-Triples) may break a shape; None when the engine gave up.

        It is told as focus node and value, both as N-Triples writes them, an empty text where there is no value.
        """
        import shacl_rust

        values = [pair for predicate in self._inverted for pair in _values_of(predicate, data)]
        data += "".join(f"{_name_of(value)} <{predicate}{_OF}> {subject} .\n" for predicate, subject, value in values)
        try:
            with _silent_stderr():
                report = shacl_rust.validate(
                    data, self._shapes, data_format="nt", shapes_format="nt", experimental_index=True
                )
        except BaseException as error:  # a panic of the engine is no Exception
            if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
                raise
            return None
        having: dict[str, set[str]] = {}
        for _, subject, value in values:
            having.setdefault(_name_of(value), set()).add(subject)
        return {
            (focus, str(result.get("value", "")))
            for result in report["results"]
            for focus in having.get(str(result["focusNode"]), [str(result["focusNode"])])
        }


_OF = "--of"
"""What is put behind a property for its inverse."""


def _name_of(value: str) -> str:
    """Return an IRI that stands for the term *value*, in angle brackets."""
    from hashlib import sha256

    return f"<urn:term:{sha256(value.encode()).hexdigest()}>"


def _values_of(predicate: str, data: str) -> Iterator[tuple[str, str, str]]:
    """Yield *predicate* with each subject and value that it has in *data*."""
    mark = f" <{predicate}> "
    at = data.find(mark)
    while at >= 0:
        end = data.find(" .\n", at)
        yield predicate, data[data.rfind("\n", 0, at) + 1 : at], data[at + len(mark) : end]
        at = data.find(mark, end)


def _without_inverse_targets(shapes: Sequence[ox.Triple]) -> tuple[list[ox.Triple], set[str]]:
    """Return *shapes* without paths that lead from a value back to who has it, and the properties they are of.

    The engine does not go that way from literals. So each value of these properties gets an IRI that stands for it,
    from which a property of its own leads where the inverse path does.
    """
    inverse, path = ox.NamedNode(SH + "inversePath"), ox.NamedNode(SH + "path")
    node, objects, subjects = (ox.NamedNode(SH + f"target{what}") for what in ("Node", "ObjectsOf", "SubjectsOf"))
    ways: dict[Any, Any] = {triple.subject: triple.object for triple in shapes if triple.predicate == inverse}
    values = {t.subject for t in shapes if t.predicate == objects or (t.predicate == node and _is_literal(t.object))}
    paths: dict[Any, Any] = {t.subject: t.object for t in shapes if t.predicate == path and t.subject in values}
    changed = {shape: ways[way] for shape, way in paths.items() if way in ways}
    found: list[ox.Triple] = []
    properties: set[str] = set()
    shape: Any
    what: Any
    for triple in shapes:
        shape, said, what = triple
        if shape in changed and said == path:
            properties.add(changed[shape].value)
            triple = ox.Triple(shape, path, ox.NamedNode(changed[shape].value + _OF))
        elif shape in changed and said == node:
            triple = ox.Triple(shape, node, ox.NamedNode(_name_of(str(what))[1:-1]))
        elif shape in changed and said == objects:
            properties.add(what.value)
            triple = ox.Triple(shape, subjects, ox.NamedNode(what.value + _OF))
        found.append(triple)
    return found, properties


def _is_literal(term: Any) -> bool:
    return isinstance(term, ox.Literal)


def _without_qualified_values(shapes: Sequence[ox.Triple]) -> list[ox.Triple]:
    """Return *shapes* with "at least one value conforms to S" said as "not: every value fails S", which is the same.

    The engine has no qualified value shapes for literals. The rule becomes a node shape of its own with the targets of
    the property shape; other counts than at least one are not in use, so anything else is an error here.
    """
    qualified, at_least = ox.NamedNode(SH + "qualifiedValueShape"), ox.NamedNode(SH + "qualifiedMinCount")
    by_shape: dict[Any, list[ox.Triple]] = {}
    for triple in shapes:
        by_shape.setdefault(triple.subject, []).append(triple)
    found: list[ox.Triple] = []
    for shape, said in by_shape.items():
        of = {triple.predicate: triple.object for triple in said}
        if qualified not in of:
            found += said
            continue
        if text_of(str(of[at_least])) != "1" or ox.NamedNode(SH + "qualifiedMaxCount") in of:
            raise NotImplementedError(f"{shape}: qualified values other than at least one")
        found += [triple for triple in said if triple.predicate not in (qualified, at_least)]
        rule, every, fails = ox.NamedNode(f"{str(shape)[1:-1]}--some"), ox.BlankNode(), ox.NamedNode(SH + "not")
        found.append(ox.Triple(rule, ox.NamedNode(RDF_TYPE), ox.NamedNode(SH + "NodeShape")))
        found += [ox.Triple(rule, t.predicate, t.object) for t in said if t.predicate.value in _TARGETS]
        found.append(ox.Triple(rule, fails, every))
        found.append(ox.Triple(every, ox.NamedNode(SH + "path"), of[ox.NamedNode(SH + "path")]))
        found.append(ox.Triple(every, fails, of[qualified]))
    return found


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """Keep the engine's reports of its own panics from the user, who gets pySHACL's results instead."""
    try:
        kept = os.dup(2)
    except OSError:  # there is nothing to keep silent
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
