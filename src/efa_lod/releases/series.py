"""Describe the releases in RDF: ``releases.ttl``.

The chain of versions stands here and not in the catalogue, since portals take every ``dcat:Dataset`` that a catalogue
names for a dataset of its own.
"""

from collections.abc import Iterator, Mapping, Sequence

from efa_lod.model.expansion import TYPE, Statement, literal
from efa_lod.model.publication import Publication
from efa_lod.releases.issued import IssuedRelease

SERIES_STEM = "releases"
SERIES_PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_LANGUAGES = ("de", "en")
_WORD = {"de": "Ausgabe", "en": "release"}
_REDACTED = {
    "de": "Aus dieser Ausgabe wurde nach der Veröffentlichung entfernt, was über {} gesagt war.",
    "en": "What was said of {} has been removed from this release after it was published.",
}
_MEDIA = "https://www.iana.org/assignments/media-types/"


def _term(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"<{SERIES_PREFIXES[prefix]}{local}>"


def _day(text: str) -> str:
    return f'"{text}"^^<{SERIES_PREFIXES["xsd"]}date>'


def series_statements(
    publication: Publication, releases: Sequence[IssuedRelease], files: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[Statement]:
    """Yield what is said of the *releases*, the oldest first, and of what they withdrew.

    *files* are the dumps in the frozen folder of each version, as name and media type.
    """
    base = publication.base_iri
    dataset = f"<{base}dataset>"
    yield dataset, TYPE, _term("dcat:Dataset")
    for one in releases:
        yield dataset, _term("dcat:hasVersion"), f"<{base}{one.release.path()}>"
    yield dataset, _term("dcat:hasCurrentVersion"), f"<{base}{releases[-1].release.path()}>"
    for one in releases:
        yield from _release(publication, one, files.get(one.version, ()))
    for one in releases:
        yield from _withdrawn(base, one)


def _release(publication: Publication, one: IssuedRelease, files: Sequence[tuple[str, str]]) -> Iterator[Statement]:
    base, release = publication.base_iri, one.release
    this = f"<{base}{release.path()}>"
    yield this, TYPE, _term("dcat:Dataset")
    yield this, TYPE, _term("prov:Entity")
    for language in _LANGUAGES:
        title = f"{publication.texts(language)['title']}, {_WORD[language]} {release.version}"
        yield this, _term("dct:title"), f"{literal(title)}@{language}"
    yield this, _term("dcat:version"), literal(release.version)
    for language in _LANGUAGES:
        if release.notes.get(language):
            yield this, _term("adms:versionNotes"), f"{literal(release.notes[language])}@{language}"
    yield this, _term("dct:issued"), _day(release.day)
    yield this, _term("dct:license"), f"<{publication.settings.value['licence']}>"
    yield this, _term("dcat:isVersionOf"), f"<{base}dataset>"
    if release.previous:
        before = f"<{base}release/{release.previous}>"
        yield this, _term("dcat:previousVersion"), before
        yield this, _term("prov:wasRevisionOf"), before
    for iri in release.redacted:
        for language in _LANGUAGES:
            yield this, _term("rdfs:comment"), f"{literal(_REDACTED[language].format(iri))}@{language}"
    for name, _ in files:
        yield this, _term("dcat:distribution"), f"<{base}{release.path()}#{name}>"
    for name, media_type in files:
        node = f"<{base}{release.path()}#{name}>"
        yield node, TYPE, _term("dcat:Distribution")
        yield node, _term("dcat:downloadURL"), f"<{base}{release.path()}/{name}>"
        yield node, _term("dcat:mediaType"), f"<{_MEDIA}{media_type}>"


def _withdrawn(base: str, one: IssuedRelease) -> Iterator[Statement]:
    """Yield why things went with a release, and what replaces them."""
    for gone in one.release.withdrawn:
        this = f"<{gone.iri if '://' in gone.iri else base + gone.iri}>"
        yield this, _term("prov:invalidatedAtTime"), f'"{one.moment}"^^<{SERIES_PREFIXES["xsd"]}dateTime>'
        for language, reason in gone.reason.items():
            yield this, _term("rdfs:comment"), f"{literal(reason)}@{language}"
        if gone.replaced_by:
            new = gone.replaced_by if "://" in gone.replaced_by else base + gone.replaced_by
            yield this, _term("dct:isReplacedBy"), f"<{new}>"
