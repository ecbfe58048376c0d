"""Write the digests of the page at hand into the records, and what stands outside of its rows into a file beside them.

Whoever accepts a page has read what is new on it and has put the facts into the records; the digests say so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from efa_lod.errors import BrokenInput
from efa_lod.io.files import whole_file
from efa_lod.io.reading import Document, KeyPath, Place
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from efa_lod.model.row_facts import FACTS_FILES
from efa_lod.overview.drafting import AS_OF_KEYS
from efa_lod.overview.facts import facts_of, facts_text, known_facts
from efa_lod.overview.outside import ACCEPTED_FILES, KnownOutside, known_outside, outside_text
from efa_lod.overview.page import OverviewPage
from efa_lod.overview.recognition import items
from efa_lod.overview.record_edits import edited, write_edits
from efa_lod.overview.rows import PageRow
from efa_lod.overview.watching import naming_missing_keys, row_name


@dataclass(frozen=True)
class Acceptance:
    """What is to be written: *texts* by file, the rows that were *accepted*, and those that are *left*, with a reason.

    A row is left if the record has no entry for it, or the page no row.
    """

    texts: Sequence[tuple[Path, bytes]] = ()
    accepted: Sequence[tuple[Place, str]] = ()
    left: Sequence[tuple[Place, str, str]] = ()
    outside: int = 0


@dataclass
class _StateAcceptance:
    values: dict[KeyPath, str] = field(default_factory=dict)
    accepted: list[tuple[Place, str]] = field(default_factory=list)
    left: list[tuple[Place, str, str]] = field(default_factory=list)


def acceptance(
    page: OverviewPage, documents: Sequence[Document], publication: Publication, day: date, with_outside: bool
) -> Acceptance:
    """Return what is to be written so that the records *documents* of states have the digests of *page*.

    *day* becomes the day of the last comparison and, where a digest differs, of the last change. Raise BrokenInput
    where a record cannot be edited.
    """
    texts, accepted, left = [], list[tuple[Place, str]](), list[tuple[Place, str, str]]()
    for document in documents:
        with naming_missing_keys(document):
            one = _accepted(document, page, day)
        accepted += one.accepted
        left += one.left
        texts.append(edited(document, publication, one.values))
    pages = [one for one in publication_records(publication) if one.value.get("type") == "WebPage"]
    texts.append(_facts(page, [*documents, *(pages if with_outside else [])], publication, with_outside))
    if with_outside:
        texts.append((_file(publication, ACCEPTED_FILES), outside_text(_outside(page)).encode()))
    return Acceptance(texts, accepted, left, len(page.passages) if with_outside else 0)


def write_acceptance(found: Acceptance) -> list[Path]:
    """Write what is to be written; return the files that were changed."""
    return write_edits(found.texts)


def _accepted(document: Document, page: OverviewPage, day: date) -> _StateAcceptance:
    found, state = _StateAcceptance(), document.value["name"]["de"]
    entries = document.value["record"]["rows"]
    for i, entry in enumerate(entries):
        path: KeyPath = ("record", "rows", i)
        row = page.by_key.get((state, entry["rowKind"]))
        place = document.place_of((*path, "sha256"))
        if row is None:
            found.left.append((place, f"{state}, {entry['rowKind']}", "gone"))
            continue
        changes = dict(_differences(row, entry, path))
        if changes:
            found.values.update(changes)
            found.accepted.append((place, f"{state}, {row.kind}"))
    recorded = {entry["rowKind"] for entry in entries}
    for row in page.rows:
        if row.state == state and row.kind not in recorded:
            found.left.append((Place(page.name, row.line), f"{state}, {row.kind}", "new"))
    if not found.left:
        found.values["record", "lastConfirmed"] = _later(document, "lastConfirmed", day)
    if found.accepted:
        found.values["record", "modified"] = _later(document, "modified", day)
    return found


def _differences(row: PageRow, entry: dict[str, str], path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield the digest, and the date that the row gives for itself, where the record has others."""
    if entry["sha256"] != row.sha256:
        yield (*path, "sha256"), row.sha256
    as_of = next((item.value for item in items(row) if item.kind == "asOf"), "")
    key = AS_OF_KEYS.get(len(as_of), "")
    if key in entry and entry[key] != as_of:
        yield (*path, key), as_of


def _later(document: Document, key: str, day: date) -> str:
    """Return *day*; raise BrokenInput if the record has a later one."""
    found = str(document.value["record"][key])
    if found > day.isoformat():
        place = document.place_of(("record", key))
        raise BrokenInput(
            f"{place}: {key} is {found}, which is after {day} – is the day right?",
            f"{place}: {key} ist {found}, und das liegt nach dem {day} – stimmt der Tag?",
        )
    return day.isoformat()


def _outside(page: OverviewPage) -> KnownOutside:
    texts = {row_name(row.state, row.kind): row.text_sha256 for row in page.rows if row.text_sha256 != row.sha256}
    return replace(known_outside(page), row_texts=texts)


def _file(publication: Publication, pattern: str) -> Path:
    """Return the file of *publication* that *pattern* finds, or one that is named like what is known of the page."""
    name = Path(next(publication.glob("data/sources/*.toml"), "page.toml")).stem
    return publication.folder / next(publication.glob(pattern), pattern.replace("*", name))


def _facts(
    page: OverviewPage, documents: Sequence[Document], publication: Publication, is_whole: bool
) -> tuple[Path, bytes]:
    """Return the file with the marks of the rows, and its text with those of *documents* as *page* has them."""
    file, rows = _file(publication, FACTS_FILES), facts_of(page, documents)
    if not is_whole and file.is_file():
        rows = {**known_facts(whole_file(file), str(file)), **rows}
    return file, facts_text(rows).encode()
