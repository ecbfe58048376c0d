"""Feeds keep to the grammar of Atom, and older releases move into archives that stay as they are."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import program
from efa_lod.model.publication import Publication
from efa_lod.rdf.graphs import ontology_triples
from efa_lod.releases.atom import RELEASES_PER_ARCHIVE, atom_files
from efa_lod.releases.comparison import content_digest
from efa_lod.releases.issued import IssuedRelease, issued_releases
from efa_lod.releases.ledger import DataRelease, ReleaseHistory
from efa_lod.releases.wording import Wording, ontology_labels

GRAMMAR = Path(__file__).with_name("atom.rnc")
ATOM, HISTORY = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/history/1.0}"
NAME = "<https://schema.org/name>"


def line(base: str, number: int) -> str:
    """Return a statement about an organisation with an awkward name."""
    return f'<{base}organisation/o{number}> {NAME} "Nr. {number} <&> \\"\\u0001 ü"@de .'


def releases(base: str, count: int) -> list[IssuedRelease]:
    """Return so many releases of one thing more each, every third of which takes one away too."""
    state = {line(base, 0).encode()}
    made = [DataRelease("1.0.0", "2026-01-01", {"de": "Erste & <eins>.", "en": "First."}, content_digest(state), 1)]
    start = sorted(state)
    for number in range(1, count):
        gone = (line(base, number - 3),) if number % 3 == 0 else ()
        come = (line(base, number),)
        state = (state - {text.encode() for text in gone}) | {text.encode() for text in come}
        before, version = made[-1].version, f"1.{number}.0"
        digest = content_digest(sorted(state))
        notes = {"de": f"Nummer {number}.", "en": f"Number {number}."}
        made.append(DataRelease(version, "2026-01-02", notes, digest, len(state), before, "", gone, come))
    return list(issued_releases(ReleaseHistory(made, start, base)))


def documents(publication: Publication, issued: Sequence[IssuedRelease], language: str) -> dict[str, bytes]:
    """Return the feed and its archives by path."""
    wording = Wording(publication.base_iri, ontology_labels(ontology_triples(publication)))
    return {path: b"".join(content) for path, content in atom_files(publication, issued, wording, language)}


def followed(found: dict[str, bytes], base: str, path: str) -> list[str]:
    """Return the identifiers of all entries that a reader gets who starts at *path* and follows prev-archive."""
    root = ElementTree.fromstring(found[path])
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in root.iter(f"{ATOM}entry")]
    links = {link.get("rel"): link.get("href", "") for link in root.findall(f"{ATOM}link")}
    earlier = links.get("prev-archive")
    return ids + (followed(found, base, earlier.removeprefix(base)) if earlier else [])


@pytest.mark.parametrize("count", [1, 2, RELEASES_PER_ARCHIVE * 2 - 1, RELEASES_PER_ARCHIVE * 2, 107])
def test_feeds_and_archives_tell_every_release_once(publication: Publication, count: int) -> None:
    """Whoever follows the feed into its archives gets each release, each entry once, and identifiers never repeat."""
    issued = releases(publication.base_iri, count)
    for language in ("de", "en"):
        found = documents(publication, issued, language)
        ids = followed(found, publication.base_iri, f"changes.{language}.atom")

        assert len(ids) == len(set(ids))
        assert {publication.base_iri + one.release.path() for one in issued} <= set(ids)
        for path, data in found.items():
            root = ElementTree.fromstring(data)
            links = {link.get("rel"): link.get("href", "") for link in root.findall(f"{ATOM}link")}
            is_archive = path.startswith("changes/")
            assert publication.base_iri + path == links["self"]
            assert is_archive == (root.find(f"{HISTORY}archive") is not None) == ("current" in links)
            assert publication.base_iri + f"changes.{language}.atom" == root.findtext(f"{ATOM}id")


def test_archives_stay_as_they_are(publication: Publication) -> None:
    """No later release changes a byte of an archive."""
    first = documents(publication, releases(publication.base_iri, 47), "de")
    later = documents(publication, releases(publication.base_iri, 99), "de")

    assert 2 == len(first)
    assert 4 == len(later)
    assert {path: data for path, data in first.items() if "archive" in path}.items() <= later.items()


def test_feeds_keep_to_the_grammar_of_atom(publication: Publication, tmp_path: Path) -> None:
    """Feed and archives are valid by the grammar of RFC 4287, whatever stands in names and notes."""
    found = documents(publication, releases(publication.base_iri, 61), "en")
    for path, data in found.items():
        (tmp_path / path.replace("/", "-")).write_bytes(data)
    paths = sorted(map(str, tmp_path.iterdir()))
    checked = subprocess.run([program("jing"), "-c", GRAMMAR, *paths], capture_output=True, text=True)

    assert 3 == len(paths)
    assert (0, "") == (checked.returncode, checked.stdout)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<updated>", "<updated>yesterday"),
        ("<id>https://", "<id>//"),
        ("<entry>", "<entry><id>urn:second</id>"),
        (' rel="self"', ' rel="is a: relation"'),
        ("<author>", "<author><name>second</name>"),
        ("<title>", '<title type="markdown">'),
        ("</feed>", "<subtitle>late</subtitle></feed>"),
    ],
)
def test_the_grammar_finds_what_is_wrong(publication: Publication, tmp_path: Path, old: str, new: str) -> None:
    """Each break of RFC 4287 is found, so that none found means something."""
    text = documents(publication, releases(publication.base_iri, 2), "de")["changes.de.atom"].decode()
    assert old in text
    (tmp_path / "feed.atom").write_text(text.replace(old, new, 1), "utf-8")

    assert subprocess.run([program("jing"), "-c", GRAMMAR, tmp_path / "feed.atom"], capture_output=True).returncode
