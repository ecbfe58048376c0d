"""What the graph file says beside the records: labels, which dataset things are in, borrowed terms, tombstones.

A generic browser shows a thing by its label, so what has no name gets one made of what it is and whom it is about.
Records say which dataset they are in, and the dataset what it contains (VoID, 6.2; DCMI Terms). A part of a thing, a
term or a shape that was published once and went says why and what replaces it; of things, a page of their own does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import pyoxigraph as ox

from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.expansion import Statement, literal, of_triples
from efa_lod.model.languages import LANGUAGES, Texts
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import Thing, is_mapping
from efa_lod.model.record_views import ReuseRecord, ThingView
from efa_lod.model.records import things
from efa_lod.rdf.graphs import Triples, borrowed_triples, ontology_triples
from efa_lod.rdf.tombstones import LABEL, tombstone_statements, withdrawn_parts

IN_DATASET = "<http://rdfs.org/ns/void#inDataset>"
HAS_PART = "<http://purl.org/dc/terms/hasPart>"

_WORDS: Mapping[str, Texts] = {
    "Addition": {"de": "Ergänzung: {about}", "en": "addition: {about}"},
    "ContactPoint": {"de": "{about}: Ansprechstelle ohne Namen", "en": "{about}: contact point without a name"},
    "Financing": {"de": "{about}: Finanzierung", "en": "{about}: financing"},
    "OfferCatalog": {"de": "{about}: Katalog ohne Namen", "en": "{about}: catalogue without a name"},
    "Provision": {"de": "{about}: Regelung ({kind})", "en": "{about}: provision ({kind})"},
    "Record": {"de": "Datensatz: {about}", "en": "record: {about}"},
    "SourceRow": {"de": "{about}: Zeile „{kind}“", "en": "{about}: row “{kind}”"},
    "WebSite": {"de": "{about}: Angebot ohne Namen", "en": "{about}: offer without a name"},
}
"""How a thing without a name is called, by its type; *kind* is the name of its code."""
_KINDS = ("provisionKind", "rowKind")
_NAMES = ("name", "topic")


def graph_supplement(
    publication: Publication, documents: Sequence[Document], context: Context, terms: Triples | None = None
) -> list[Statement]:
    """Return what the graph file of *publication* says beside its *documents*, its ontology and the catalogue.

    *terms* are the triples of the ontology, where they have been read.
    """
    concepts = _concept_names(ontology_triples(publication) if terms is None else terms)
    return [
        *label_statements(documents, context, concepts),
        *membership_statements(documents, context),
        *of_triples(borrowed_triples(publication)),
        *tombstone_statements(chain.from_iterable(withdrawn_parts(publication).values()), context),
        *_page_labels(publication, context),
    ]


def label_statements(
    documents: Iterable[Document], context: Context, concepts: Mapping[str, Texts]
) -> Iterator[Statement]:
    """Yield a label in each language for each thing in *documents* that has no name; *concepts* names codes by IRI."""
    for document in documents:
        about = _name(document.value) or {}
        for _, thing in things(document, context):
            subject = f"<{context.resolve(thing['id'])}>"
            for language, text in _label(thing, about, context, concepts).items():
                yield subject, LABEL, f"{literal(text)}@{language}"


def membership_statements(documents: Iterable[Document], context: Context) -> Iterator[Statement]:
    """Yield that each record is in the dataset, and that the dataset contains it and the things it is about."""
    dataset = f"<{context.resolve('dataset')}>"
    for document in documents:
        parts = [document.value["id"]]
        record = ReuseRecord(document.value).record
        if record.id:
            parts.append(record.id)
            yield f"<{context.resolve(record.id)}>", IN_DATASET, dataset
        for part in parts:
            yield dataset, HAS_PART, f"<{context.resolve(part)}>"


def _page_labels(publication: Publication, context: Context) -> Iterator[Statement]:
    """Yield labels of what the catalogue refers to without naming it: the start page, the time that the data cover."""
    settings = publication.settings.value
    for language in LANGUAGES:
        tag = f"@{language}"
        yield f"<{publication.base_iri}>", LABEL, literal(settings["title"][language]) + tag
        homepage = settings.get("publisher", {}).get("homepage")
        if homepage:
            yield f"<{homepage}>", LABEL, literal(settings["publisher"]["name"]) + tag
        span = settings.get("temporal", {})
        if span:
            text = f"{span['start']} – {span['end']}"
            yield f"<{context.resolve('dataset#period')}>", LABEL, literal(text) + tag


def _name(thing: Thing) -> Texts | None:
    """Return the texts that name *thing*, by language."""
    return next((thing[key] for key in _NAMES if is_mapping(thing.get(key))), None)


def _label(thing: Thing, about: Texts, context: Context, concepts: Mapping[str, Texts]) -> Texts:
    """Return how *thing*, in a document about *about*, is called; nothing where it has a name of its own."""
    if "name" in thing:
        return {}
    if named := _name(thing):
        return {language: str(text) for language, text in named.items() if language in LANGUAGES}
    words = next((_WORDS[type_] for type_ in ThingView(thing).types if type_ in _WORDS), None)
    if words is None:
        return {}
    key = next((key for key in _KINDS if key in thing), "")
    kind = concepts.get(context.keys[key].vocabulary + str(thing[key]), {}) if key else {}
    return {
        language: text.format(about=_in(about, language), kind=_in(kind, language)) for language, text in words.items()
    }


def _in(texts: Texts, language: str) -> str:
    return texts.get(language) or texts.get("de") or next(iter(texts.values()), "")


def _concept_names(triples: Iterable[ox.Triple]) -> dict[str, dict[str, str]]:
    """Return the preferred labels of the concepts in *triples*, by IRI and language."""
    found: dict[str, dict[str, str]] = {}
    for subject, predicate, value in triples:
        if predicate.value.endswith("core#prefLabel") and isinstance(value, ox.Literal):
            found.setdefault(str(subject)[1:-1], {})[value.language or "de"] = value.value
    return found
