"""What the shapes ask of each key of each type: one value or several, which ones, of which form, and what it is called.

It is read from the context, the shapes and the ontology, and is what the JSON Schema of records and the fields of
sheets and forms are made from. It says less than the shapes do: what spans records or depends on other values is left
to ``shacl``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from efa_lod.io.messages import Messages
from efa_lod.model.context import Context, Key
from efa_lod.model.publication import Publication
from efa_lod.rdf.graphs import borrowed_triples, ontology_triples
from efa_lod.rdf.subject_index import Node, SubjectIndex
from efa_lod.validation.constraints import SH
from efa_lod.validation.shacl import RECORD_SHAPES, Shapes

_TITLES = Messages(__file__, "key_rules")
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_LABELS = ("http://www.w3.org/2000/01/rdf-schema#label", f"{_SKOS}prefLabel")
_DEFINITIONS = (f"{_SKOS}definition", f"{_SKOS}scopeNote")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_FORMS = {
    f"{_XSD}date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    f"{_XSD}gYearMonth": "^[0-9]{4}-[0-9]{2}$",
    f"{_XSD}gYear": "^[0-9]{4}$",
    f"{_XSD}hexBinary": "^([0-9A-Fa-f]{2})+$",
}
"""What a text of a datatype looks like."""


@dataclass(frozen=True)
class KeyRule:
    """What is asked of the values of *key* in things of one type.

    *is_required* and *is_single* tell how many there may be. *values* are the only ones there are, as IRIs or texts;
    *classes* and *alternatives* are the classes that a thing referred to may have, and the concepts that may stand
    there instead. *pattern* is what a text must match, *messages* what is said to who breaks the rule, by language.
    """

    key: Key
    is_required: bool = False
    is_single: bool = False
    values: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    pattern: str = ""
    messages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyRules:
    """The rules that a *publication* has for the keys of its *context*."""

    publication: Publication
    context: Context

    @cached_property
    def _shapes(self) -> Shapes:
        return Shapes(self.publication, RECORD_SHAPES)

    @cached_property
    def _graph(self) -> SubjectIndex:
        return SubjectIndex(self._shapes.triples)

    @cached_property
    def _ontology(self) -> SubjectIndex:
        return SubjectIndex(ontology_triples(self.publication))

    @cached_property
    def _borrowed(self) -> SubjectIndex:
        return SubjectIndex(borrowed_triples(self.publication))

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        """Return what shapes are called, by IRI and language."""
        found: dict[str, dict[str, str]] = {}
        for triple in self._shapes.triples:
            if triple.predicate.value == SH + "name":
                tag = getattr(triple.object, "language", None) or "en"
                subject, name = (str(getattr(node, "value", "")) for node in (triple.subject, triple.object))
                found.setdefault(subject, {})[tag] = name
        return found

    def shapes_of(self, type_name: str) -> list[str]:
        """Return the shapes whose target is the class that *type_name* stands for, sorted."""
        return sorted(self._graph.subjects(_sh("targetClass"), self.context.types[type_name]))

    def is_closed(self, type_name: str) -> bool:
        """Return True if things of the type have no other keys than those that its shapes list."""
        return bool(self._listed(type_name))

    def _listed(self, type_name: str) -> list[str]:
        """Return the properties that the shapes of the type list, each once."""
        every = (iri for shape in self.shapes_of(type_name) for iri in self._members(shape, "ignoredProperties"))
        return list(dict.fromkeys(every))

    def of_type(self, type_name: str) -> dict[str, KeyRule]:
        """Return the rule for each key that things of the type may have, in the order in which its shapes list them.

        Where none lists them, it is every key in the order of the context.
        """
        listed = self._listed(type_name)
        shapes = self.shapes_of(type_name)
        keys = [key for key in self.context.keys.values() if key.reverse or not listed or key.iri in listed]
        places = {iri: place for place, iri in enumerate(listed)}
        return {
            key.name: self._rule(key, [shape for shape in shapes if key in self._keys_of(shape)])
            for key in sorted(keys, key=lambda key: (key.reverse, places.get(key.iri, len(places))))
        }

    def _rule(self, key: Key, shapes: list[str]) -> KeyRule:
        """Return the rule for *key* by *shapes* of the type, and by those of all things that have the key."""
        everywhere = [one for one in self._shapes_everywhere.get(key.iri, []) if not key.reverse]
        by_weight = [*reversed(shapes), *everywhere]  # the rules of the type before those of all things
        alternatives = [one for shape in by_weight for one in self._alternatives(shape)]
        classes = [one for shape in by_weight for one in self._graph.values(shape, _sh("class"))]
        classes += [one for other in alternatives for one in self._graph.values(other, _sh("class"))]
        return KeyRule(
            key,
            is_required=any(self._requires(shape, key) for shape in shapes),
            is_single=key.form == "language" or any(self._count(shape, "maxCount") == 1 for shape in by_weight),
            values=tuple(self._first_members(by_weight, "in")),
            classes=tuple(dict.fromkeys(classes)),
            alternatives=tuple(one for other in alternatives for one in self._members(other, "in")),
            languages=tuple(self._first_members(by_weight, "languageIn")),
            pattern=_FORMS.get(key.form) or next(filter(None, map(self._pattern, by_weight)), ""),
            messages=next((found for shape in by_weight if (found := self._texts(shape, SH + "message"))), {}),
        )

    @cached_property
    def _shapes_everywhere(self) -> dict[str, list[str]]:
        """Return the shapes of what all things have, by the property that is both their target and their path."""
        found: dict[str, list[str]] = {}
        for shape, path in sorted(self._graph.pairs(_sh("path"))):
            if path in self._graph.values(shape, _sh("targetSubjectsOf")):
                found.setdefault(path, []).append(shape)
        return found

    def _alternatives(self, shape: str) -> list[str]:
        return self._members(shape, "or")

    def _count(self, shape: str, name: str) -> int | None:
        found = self._graph.value(shape, _sh(name))
        return int(found) if found else None

    def _pattern(self, shape: str) -> str:
        """Return the pattern of *shape* that holds as it stands, without flags."""
        return "" if self._graph.values(shape, _sh("flags")) else self._graph.value(shape, _sh("pattern"))

    def _requires(self, shape: str, key: Key) -> bool:
        """Return True if *shape* asks for *key*, unless others may stand for it or what holds the thing says it."""
        if (self._count(shape, "minCount") or 0) < 1 or self._keys_of(shape) != [key]:
            return False
        every = self.context.keys.values()
        return not any(other.iri == key.iri and other.reverse != key.reverse for other in every)

    def _keys_of(self, shape: str) -> list[Key]:
        """Return the keys that a property shape speaks of."""
        path = self._graph.value(shape, _sh("path"))
        inverse = self._graph.value(path, _sh("inversePath"))
        iri, reverse = inverse or path, bool(inverse)
        return [key for key in self.context.keys.values() if key.iri == iri and key.reverse == reverse]

    def _members(self, shape: str, name: str) -> list[str]:
        return self._graph.members(self._graph.value(shape, _sh(name)))

    def _first_members(self, shapes: Iterable[str], name: str) -> list[str]:
        return next((found for shape in shapes if (found := self._members(shape, name))), [])

    def _texts(self, subject: str, predicate: str) -> dict[str, str]:
        return _by_language(self._graph.objects(subject, predicate))

    def label(self, iri: str, language: str) -> str:
        """Return the label that the ontology has for *iri*, or what it calls a borrowed term; empty if none."""
        return self._told(iri, _LABELS, language)

    def definition(self, iri: str, language: str) -> str:
        """Return what the ontology says *iri* means, or how it uses a borrowed term; empty if nothing."""
        return self._told(iri, _DEFINITIONS, language)

    def _told(self, iri: str, predicates: Iterable[str], language: str) -> str:
        found = (
            texts
            for graph in (self._ontology, self._borrowed)
            for predicate in predicates
            if (texts := _by_language(graph.objects(iri, predicate)))
        )
        return _in_language(next(found, {}), language)

    def key_label(self, key: Key, language: str, type_name: str = "") -> str:
        """Return what *key* is called: in the ontology, in the table of titles, or by the shape that speaks of it.

        The table comes first where several keys stand for one property, as a day and a month do.
        """
        title = _TITLES.table.get(f"key-{key.name}", {}).get(language, "")
        own = _in_language(_by_language(self._ontology.objects(key.iri, _LABELS[0])), language)
        twins = [other for other in self.context.keys.values() if other.iri == key.iri and other.reverse == key.reverse]
        if told := (title or own if len(twins) > 1 else own or title):
            return told
        shapes = self.shapes_of(type_name) if type_name else []
        named = (self._names.get(shape, {}) for shape in shapes if key in self._keys_of(shape))
        found = next(filter(None, named), {})
        return self.label(key.iri, language) or _in_language(found, language) or key.name


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _by_language(nodes: Iterable[Node]) -> dict[str, str]:
    tagged = (node for node in nodes if isinstance(node, ox.Literal) and node.language)
    return dict(sorted((str(node.language), node.value) for node in tagged))


def _sh(name: str) -> str:
    return SH + name
