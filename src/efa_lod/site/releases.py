"""Make the pages about releases: what changed from one to the next, how to follow it, how to cite one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.rdf.formats import OutputFile
from efa_lod.releases.atom import ATOM_TYPE, feed_path
from efa_lod.releases.changes import Change
from efa_lod.releases.citation import author_of, bibtex_entry, ris
from efa_lod.releases.event_stream import STREAM_FILE, TRIG_TYPE
from efa_lod.releases.issued import IssuedRelease
from efa_lod.releases.vocabulary import vocabulary_sentences
from efa_lod.releases.wording import TONGUES, Wording, called, sentence, sentences_by_thing, told_changes, without_thing
from efa_lod.site.names import SITE_NAMES
from efa_lod.site.page import Site, pages


@dataclass(frozen=True)
class ThingChanges:
    """What a release changed of a thing: its *path* where it has a page today, names and sentences by language."""

    iri: str
    path: str
    name: Mapping[str, str]
    told: Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class LastChange:
    """The last release that changed a thing: its version, its day, and the first sentences about it by language."""

    version: str
    day: str
    told: Sequence[Mapping[str, str]]


def wording_of(site: Site) -> Wording:
    """Return what terms are called in sentences about changes."""
    return Wording(site.publication.base_iri, site.labels)


def last_change(site: Site, reference: str) -> LastChange | None:
    """Return the last release that changed the thing *reference* after the first release, or None."""
    iri = site.context.resolve(reference)
    one = site.last_changes.get(iri)
    if one is None:
        return None
    changes = next((list(found) for thing, found in one.listed.by_thing() if thing == iri), [])
    wording = wording_of(site)
    told = told_changes(changes, one.listed, wording)
    return LastChange(one.version, one.release.day, [_sentences(change, one, wording) for change in told[:3]])


def last_changes_of_vocabulary(site: Site) -> Mapping[str, LastChange]:
    """Return by IRI the last release that changed a term, shape or named query after the first release."""
    wording, base = wording_of(site), site.publication.base_iri
    return {
        base + change.iri: LastChange(
            one.version, one.release.day, [{tongue: change.note(wording, tongue) for tongue in TONGUES}]
        )
        for one in site.releases
        for change in one.vocabulary
    }


def _sentences(change: Change, one: IssuedRelease, wording: Wording) -> dict[str, str]:
    found = {}
    for language in TONGUES:
        name = called(change.thing, one.listed, wording, language)
        found[language] = without_thing(sentence(change, one.listed, wording, language), name)
    return found


def _things(site: Site, one: IssuedRelease) -> Iterator[ThingChanges]:
    wording, base = wording_of(site), site.publication.base_iri
    for thing, changes in sentences_by_thing(one.listed, wording):
        reference = thing.removeprefix(base)
        names = {language: called(thing, one.listed, wording, language) for language in TONGUES}
        path = f"{reference}.html" if reference in site.entry_of else ""
        yield ThingChanges(thing, path, names, [_sentences(change, one, wording) for change, _ in changes])


def release_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the list of releases and a page for each, none where the publication has no releases."""
    if not site.releases:
        return
    feeds = [(feed_path(language), ATOM_TYPE, SITE_NAMES["files"]["feed"][language]) for language in TONGUES]
    values: dict[str, object] = {
        "releases": [*reversed(site.releases)],
        "feeds": feeds,
        "alternates": [*feeds, ("releases.ttl", "text/turtle", "Turtle"), (STREAM_FILE, TRIG_TYPE, "LDES")],
    }
    yield from pages(site, "releases.html", "releases.html", values)
    following: dict[str, str] = {one.release.previous: one.version for one in site.releases}
    for one in site.releases:
        is_current = one is site.releases[-1] and one.version == site.publication.version
        given = {
            "one": one,
            "author": author_of(site.publication),
            "things": list(_things(site, one)),
            "vocabulary": vocabulary_sentences(one.vocabulary, wording_of(site)),
            "following": following.get(one.version, ""),
            "files": [path for path in sorted(site.sizes) if path.startswith(f"{one.release.path()}/")],
            "bibtex": {language: bibtex_entry(site.publication, language) for language in TONGUES}
            if is_current
            else {},
            "ris": {language: ris(site.publication, language) for language in TONGUES} if is_current else {},
            "feeds": feeds,
            "alternates": [*feeds, ("releases.ttl", "text/turtle", "Turtle")],
        }
        yield from pages(site, "release.html", f"{one.release.path()}.html", given)
