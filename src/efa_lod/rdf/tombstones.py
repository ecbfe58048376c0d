"""What is said of IRIs that went: that they are not to be used, why, and what replaces them.

A part of a thing, a term and a shape have no document of their own: whoever follows an old IRI gets the document that
it was in, so that document says what became of it.
"""

from collections.abc import Iterable, Iterator, Mapping

from efa_lod.io.reading import Document, Place
from efa_lod.model.context import Context
from efa_lod.model.expansion import Statement, literal
from efa_lod.model.publication import Publication
from efa_lod.model.withdrawals import Withdrawal, withdrawals

LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_COMMENT = "<http://www.w3.org/2000/01/rdf-schema#comment>"
_DEPRECATED = "<http://www.w3.org/2002/07/owl#deprecated>"
_REPLACED_BY = "<http://purl.org/dc/terms/isReplacedBy>"
_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_TRUE = f'"true"^^<{_BOOLEAN}>'
_WITHDRAWN = {"de": "zurückgezogen", "en": "withdrawn"}

WithdrawnParts = Mapping[str, list[Withdrawal]]
"""What went from within documents, by the path of the document without suffix."""


def withdrawn_parts(publication: Publication) -> WithdrawnParts:
    """Return what went from within the documents of *publication*: parts of things, terms and shapes."""
    found: dict[str, list[Withdrawal]] = {}
    for gone in withdrawals(publication):
        path, mark, _ = gone.iri.partition("#")
        if mark:
            found.setdefault(path, []).append(gone)
    return found


def tombstone_statements(gone: Iterable[Withdrawal], context: Context) -> Iterator[Statement]:
    """Yield of each IRI that went that it is not to be used, why, and what replaces it."""
    for one in gone:
        subject = f"<{context.resolve(one.iri)}>"
        for language, text in _labels(one).items():
            yield subject, LABEL, f"{literal(text)}@{language}"
        yield subject, _DEPRECATED, _TRUE
        for language, reason in one.reason.items():
            yield subject, _COMMENT, f"{literal(reason)}@{language}"
        if one.replaced_by:
            yield subject, _REPLACED_BY, f"<{context.resolve(one.replaced_by)}>"


def tombstone_documents(gone: Iterable[Withdrawal], context: Context) -> Iterator[Document]:
    """Yield what ``tombstone_statements`` says of *gone* as objects of JSON-LD, to stand beside records."""
    for one in gone:
        value: dict[str, object] = {
            "id": context.resolve(one.iri),
            LABEL[1:-1]: _by_language(_labels(one)),
            _DEPRECATED[1:-1]: {"@value": "true", "@type": _BOOLEAN},
        }
        if one.reason:
            value[_COMMENT[1:-1]] = _by_language(one.reason)
        if one.replaced_by:
            value[_REPLACED_BY[1:-1]] = {"id": context.resolve(one.replaced_by)}
        yield Document(value, Place(""), dict)


def _labels(gone: Withdrawal) -> dict[str, str]:
    return {language: f"{gone.iri} ({word})" for language, word in _WITHDRAWN.items()}


def _by_language(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in texts.items()]
