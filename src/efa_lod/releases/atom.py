"""Write the changes as Atom feeds (RFC 4287), one in German and one in English, the newest first.

A feed holds the newest releases; older ones stand in archives (RFC 5005, 4), so many in each, that a later release does
not change. The feed and its archives are one: what follows them from the feed on sees every entry once.

An entry for each release, and one for each thing, term, shape and named query that it changed; what is
gone is a tombstone (RFC 6721) beside an
entry that says so, since few readers know tombstones. No entry holds an e-mail address or a telephone number.
"""

from collections.abc import Iterator, Sequence

from efa_lod.io.xml_text import escape, quoteattr
from efa_lod.model.publication import Publication
from efa_lod.releases.changes import ChangeKind
from efa_lod.releases.issued import IssuedRelease, gone_things
from efa_lod.releases.wording import Wording, called, sentences_by_thing, without_thing

ATOM_TYPE = "application/atom+xml"
RELEASES_PER_ARCHIVE = 20
"""How many releases an archive tells; the feed itself tells as many at least, if there are, and fewer than twice."""
_TEXTS = {
    "de": {"title": "Änderungen: {}", "release": "Ausgabe {}", "first": "Erste Ausgabe."},
    "en": {"title": "Changes: {}", "release": "Release {}", "first": "First release."},
}


def feed_path(language: str) -> str:
    """Return the path of the feed in *language*."""
    return f"changes.{language}.atom"


def archive_path(number: int, language: str) -> str:
    """Return the path of an archive of the feed in *language*; the oldest has the *number* 1."""
    return f"changes/archive-{number}.{language}.atom"


def atom_files(
    publication: Publication, releases: Sequence[IssuedRelease], wording: Wording, language: str
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield path and content of the feed in *language* and of its archives; *releases* are all, the oldest first."""
    archives = max(0, len(releases) // RELEASES_PER_ARCHIVE - 1)
    told = releases[archives * RELEASES_PER_ARCHIVE :]
    yield feed_path(language), _document(publication, told, wording, language, feed_path(language), archives)
    for number in range(1, archives + 1):
        told = releases[(number - 1) * RELEASES_PER_ARCHIVE : number * RELEASES_PER_ARCHIVE]
        path = archive_path(number, language)
        yield path, _document(publication, told, wording, language, path, number - 1)


def _document(
    publication: Publication,
    releases: Sequence[IssuedRelease],
    wording: Wording,
    language: str,
    path: str,
    earlier: int,
) -> Iterator[bytes]:
    """Yield the feed or an archive at *path*, which tells *releases*; *earlier* archives come before it."""
    base = publication.base_iri
    title = _TEXTS[language]["title"].format(publication.texts(language)["title"])
    publisher = publication.settings.value["publisher"]
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"'
        f' xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns:fh="http://purl.org/syndication/history/1.0"'
        f' xml:lang="{language}">\n'
        f"<id>{escape(base + feed_path(language))}</id>\n<title>{escape(_legal(title))}</title>\n"
        f"<updated>{releases[-1].moment}</updated>\n"
        f"<author><name>{escape(_legal(publisher['name']))}</name><uri>{escape(publisher['homepage'])}</uri></author>\n"
        f"{''.join(_places(base, path, language, earlier))}"
        f'<link rel="alternate" type="text/html" href={quoteattr(page_address(base, "releases.html", language))}/>\n'
        f'<link rel="license" href={quoteattr(str(publication.settings.value["licence"]))}/>\n'
    ).encode()
    for one in reversed(releases):
        yield from (entry.encode() for entry in _entries(one, base, wording, language))
    yield b"</feed>\n"


def _places(base: str, path: str, language: str, earlier: int) -> Iterator[str]:
    """Yield where the document at *path* is, and where the rest of the feed is (RFC 5005, 4)."""
    if path != feed_path(language):
        yield "<fh:archive/>\n"
        yield _link("current", base + feed_path(language))
    yield _link("self", base + path)
    if earlier:
        yield _link("prev-archive", base + archive_path(earlier, language))


def _link(relation: str, address: str) -> str:
    return f'<link rel="{relation}" type="{ATOM_TYPE}" href={quoteattr(address)}/>\n'


def page_address(base: str, path: str, language: str) -> str:
    """Return the address of the page at *path* in *language*."""
    return base + (path if language == "de" else f"{language}/{path}")


def entry_id(base: str, one: IssuedRelease, thing: str) -> str:
    """Return the IRI of what a release did to *thing*: it never changes, and never means anything else."""
    return f"{base}{one.release.path()}#{thing.removeprefix(base).replace('#', '%23')}"


def _entries(one: IssuedRelease, base: str, wording: Wording, language: str) -> Iterator[str]:
    page = page_address(base, f"{one.release.path()}.html", language)
    notes = one.release.notes.get(language) or _TEXTS[language]["first"]
    yield _entry(base + one.release.path(), _TEXTS[language]["release"].format(one.version), notes, one, page, "")
    gone = set(gone_things(one))
    for thing, told in sentences_by_thing(one.listed, wording):
        name = called(thing, one.listed, wording, language)
        text = "\n".join(without_thing(said[language], name) for _, said in told)
        title = told[0][1][language] if len(told) == 1 else name
        yield _entry(entry_id(base, one, thing), title, text, one, page, thing)
        if thing in gone:
            yield _tombstone(thing, one)
    for change in one.vocabulary:
        iri = base + change.iri
        title = change.name(wording, language) or change.iri
        yield _entry(entry_id(base, one, iri), title, change.sentence(wording, language), one, page, iri)
        if change.kind is ChangeKind.GONE:
            yield _tombstone(iri, one)


def _tombstone(iri: str, one: IssuedRelease) -> str:
    return f'<at:deleted-entry ref={quoteattr(iri)} when="{one.moment}"/>\n'


def _entry(iri: str, title: str, text: str, one: IssuedRelease, page: str, thing: str) -> str:
    about = f'<link rel="related" href={quoteattr(thing)}/>\n' if thing else ""
    return (
        f"<entry>\n<id>{escape(iri)}</id>\n<title>{escape(_legal(title))}</title>\n<updated>{one.moment}</updated>\n"
        f"<published>{one.moment}</published>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>\n{about}'
        f'<content type="text">{escape(_legal(text))}</content>\n</entry>\n'
    )


def _legal(text: str) -> str:
    """Return *text* without the characters that XML 1.0 has no way to write."""
    return "".join(sign for sign in text if sign in "\t\n" or (sign >= " " and sign not in "\ufffe\uffff"))
