"""What a release knows of terms of the ontology, shapes and named queries: digests, texts and values of each.

``vocabulary.json`` in a build and in each frozen folder holds all of them, the ledger those that a release changed. The
first versions of this program kept digests alone; such files are read too.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from efa_lod.errors import BrokenInput
from efa_lod.io.json_text import json_text
from efa_lod.model.expansion import text_of
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import is_mapping
from efa_lod.rdf.graphs import ontology_triples, parsed_triples

TERM_IRIS, SHAPE_IRIS, QUERY_IRIS = "ontology#", "shapes", "query/"
"""How the IRIs of terms, shapes and named queries begin, below the base."""
QUERY_BODY = "body"
"""Under what name the lines of a query stand among its values."""
WITHIN = " / "
"""What stands between the properties that lead to what a nameless node says."""
_OF_LISTS = ("rdf:first", "rdf:rest")
_NIL = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"
_NAMESPACES = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs:",
    "http://www.w3.org/2002/07/owl#": "owl:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://www.w3.org/ns/shacl#": "sh:",
    "http://purl.org/dc/terms/": "dct:",
    "https://schema.org/": "schema:",
}


@dataclass(frozen=True)
class VocabularyEntry:
    """A term, shape or named query: digests of what it means and of how it is worded, and what it says.

    *texts* are by property and language, *values* by property, as N-Triples writes them with IRIs relative to the base.
    What nameless nodes say stands under the properties that lead there, such as ``sh:or / sh:class``; the lines of a
    query stand in their order.
    """

    meaning: str
    wording: str
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def says(self) -> bool:
        """Return False for what is known by its digests alone."""
        return bool(self.texts or self.values)


def vocabulary_entries(publication: Publication) -> dict[str, VocabularyEntry]:
    """Return the terms, shapes and named queries of *publication* by IRI, relative to the base."""
    triples = [*ontology_triples(publication)]
    for path in publication.glob("shapes/*.ttl"):
        triples += parsed_triples(publication.read_shapes(path), ".ttl", path, publication.base_iri)
    found = dict(_described(triples, publication.base_iri))
    for path in publication.glob("data/queries/*.rq"):
        found[f"{QUERY_IRIS}{Path(path).stem}"] = _query(
            publication.read(path).replace(f"<{publication.base_iri}", "<")
        )
    return dict(sorted(found.items()))


def _query(text: str) -> VocabularyEntry:
    lines = text.splitlines()
    meaning = " ".join(" ".join(line for line in lines if not line.startswith("#")).split())
    notes = [line for line in lines if line.startswith("#")]
    texts: dict[str, dict[str, str]] = {}
    for note in notes:
        head, colon, said = note.lstrip("# ").partition(":")
        name, at, language = head.partition("@")
        if colon and at:
            texts.setdefault(name.strip(), {})[language.strip()] = said.strip()
    body = [str(ox.Literal(" ".join(line.split()))) for line in lines if line.strip() and not line.startswith("#")]
    return VocabularyEntry(_digest(meaning), _digest("\n".join(notes)), texts, {QUERY_BODY: body})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _described(triples: Sequence[ox.Triple], base: str) -> Iterator[tuple[str, VocabularyEntry]]:
    """Yield IRI and entry of each subject below *base* that is a term or a shape."""
    about: dict[object, list[ox.Triple]] = {}
    for triple in triples:
        about.setdefault(triple.subject, []).append(triple)
    for subject, said in about.items():
        iri = subject.value.removeprefix(base) if isinstance(subject, ox.NamedNode) else ""
        if iri.startswith((TERM_IRIS, f"{SHAPE_IRIS}#", f"{SHAPE_IRIS}/")) and ("#" in iri or iri.count("/") > 1):
            lines = sorted(set(_lines(subject, about, base, frozenset())))
            meaning, wording = (
                _digest("\n".join(text for is_text, text in lines if is_text is it)) for it in (False, True)
            )
            sayings = list(_sayings(said, about, frozenset({subject})))
            yield iri, VocabularyEntry(meaning, wording, _texts(sayings), _values(sayings, base))


def _lines(
    subject: object, about: Mapping[object, Sequence[ox.Triple]], base: str, above: frozenset[object]
) -> Iterator[tuple[bool, str]]:
    """Yield what is said of *subject* and of the nameless nodes that it leads to, and whether it is a text."""
    for triple in about.get(subject, ()):
        predicate, value = triple.predicate.value, triple.object
        if isinstance(value, ox.BlankNode) and value not in above:
            for is_text, text in _lines(value, about, base, above | {subject}):
                yield is_text, f"{predicate} / {text}"
        elif not isinstance(value, ox.BlankNode):
            yield _is_text(value), f"{predicate} {value}".replace(f"<{base}", "<")


def _is_text(value: object) -> bool:
    return isinstance(value, ox.Literal) and value.language is not None


def _sayings(
    said: Sequence[ox.Triple], about: Mapping[object, Sequence[ox.Triple]], above: frozenset[object]
) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
    """Yield what is said of a subject and of the nameless nodes that it leads to, under the properties that lead there.

    Lists are told by their members; *above* are the nodes on the way.
    """
    for triple in said:
        name, value = _short(triple.predicate.value), triple.object
        if isinstance(value, ox.BlankNode):
            further = _sayings(about.get(value, ()), about, above | {value}) if value not in above else ()
            yield from ((way if name in _OF_LISTS else _joined(name, way), found) for way, found in further)
        elif isinstance(value, ox.NamedNode | ox.Literal) and value.value != _NIL:
            yield ("" if name in _OF_LISTS else name), value


def _joined(name: str, way: str) -> str:
    return f"{name}{WITHIN}{way}" if way else name


def _texts(sayings: Sequence[tuple[str, ox.NamedNode | ox.Literal]]) -> dict[str, dict[str, str]]:
    """Return the texts of a subject by property and language; several of one kind as one, in order."""
    found: dict[str, dict[str, set[str]]] = {}
    for name, value in sayings:
        if isinstance(value, ox.Literal) and value.language:
            found.setdefault(name, {}).setdefault(value.language, set()).add(value.value)
    return {
        name: {language: "; ".join(sorted(texts)) for language, texts in sorted(by_language.items())}
        for name, by_language in sorted(found.items())
    }


def _values(sayings: Sequence[tuple[str, ox.NamedNode | ox.Literal]], base: str) -> dict[str, list[str]]:
    """Return what else is said of a subject by property."""
    found: dict[str, set[str]] = {}
    for name, value in sayings:
        if not _is_text(value):
            found.setdefault(name, set()).add(str(value).replace(f"<{base}", "<"))
    return {name: sorted(values) for name, values in sorted(found.items())}


def _short(iri: str) -> str:
    return next((prefix + iri[len(start) :] for start, prefix in _NAMESPACES.items() if iri.startswith(start)), iri)


def short_value(value: str) -> str:
    """Return *value*, a term as N-Triples writes it, as people write it: a prefix before a name that has one."""
    return _short(value[1:-1]) if value[:1] == "<" else text_of(value)


def vocabulary_file(entries: Mapping[str, VocabularyEntry]) -> bytes:
    """Return *entries* as a file."""
    told = {iri: vars(entry) for iri, entry in entries.items()}
    return json_text(told).encode()


def read_vocabulary(data: bytes, name: str) -> dict[str, VocabularyEntry]:
    """Return the terms, shapes and queries that the file *name* holds; raise BrokenInput where it holds none."""
    try:
        read: dict[str, object] = json.loads(data)
        entries = {iri: read_entry(value) for iri, value in read.items()}
    except (ValueError, RecursionError, AttributeError, TypeError):
        entries = {"": None}
    found = {
        iri: entry for iri, entry in entries.items() if entry and iri.startswith((TERM_IRIS, SHAPE_IRIS, QUERY_IRIS))
    }
    if len(found) < len(entries):
        raise BrokenInput(
            f"{name}: expected digests of terms, shapes and queries, as a build writes them – build it again",
            f"{name}: erwartet Prüfsummen von Begriffen, Regeln und Abfragen, wie ein Build sie schreibt – bauen Sie"
            " neu",
        )
    return found


def read_entry(value: object) -> VocabularyEntry | None:
    """Return the entry that *value* of a file holds, None for one that went; raise TypeError for anything else."""
    if value in ("", None):
        return None
    if isinstance(value, str):
        meaning, _, wording = value.partition(".")
        return VocabularyEntry(meaning, wording)
    if not is_mapping(value):
        raise TypeError
    entry = VocabularyEntry(**value)
    texts = [text for by_language in entry.texts.values() for text in by_language.values()]
    values = [one for several in entry.values.values() for one in several]
    if not all(isinstance(one, str) for one in (entry.meaning, entry.wording, *texts, *values)):
        raise TypeError
    return entry
