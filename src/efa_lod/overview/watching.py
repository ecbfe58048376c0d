"""Notice what has changed on the page: ask for it with good manners, and compare it row by row.

What it is compared with is, in this order: the page that is named, the copy that was accepted last, or the digests in
the records. The records are never touched; a copy is written only on ``accept``.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from efa_lod.errors import BrokenInput, CannotWrite, in_german
from efa_lod.io.files import real_path, whole_file, write_whole
from efa_lod.io.http import Fetcher
from efa_lod.io.http_session import NOT_MODIFIED
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import Thing
from efa_lod.model.record_views import resolved
from efa_lod.model.records import publication_records
from efa_lod.overview.decoding import MAX_PAGE_BYTES
from efa_lod.overview.description import PageDescription, packaged_description, page_description
from efa_lod.overview.outside import KnownOutside, PassageChange, known_outside, outside_changes, read_outside
from efa_lod.overview.page import OverviewPage, read_page, read_page_file
from efa_lod.overview.recognition import Item, items, status_of
from efa_lod.overview.rows import PageRow

RowKey = tuple[str, str, int]
"""State, kind, and which of the rows with this state and kind, from 0."""

CHANGES = ("changed", "new", "gone", "unchanged")


@dataclass(frozen=True)
class PageCopy:
    """A copy of a page that was accepted: what the server sent, and its marks for asking again."""

    url: str
    content: bytes
    charset: str = ""
    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of a request that wants the page only if it is another one (RFC 9110, 13.1)."""
        marks = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in marks.items() if value}

    def page(self, about: PageDescription | None = None) -> OverviewPage:
        """Return the page."""
        return read_page(self.content, self.url, self.charset, self.url, about)


@dataclass(frozen=True)
class KnownRow:
    """A row as it was: its digest, what was recognised in it or is recorded of it, and the digest of its text alone."""

    sha256: str
    facts: tuple[str, ...]
    text_sha256: str = ""


@dataclass(frozen=True)
class RowChange:
    """What became of a row: *change* is one of ``CHANGES``; *old* and *new* are the facts on either side."""

    state: str
    kind: str
    change: str
    line: int = 0
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def lost(self) -> list[str]:
        """Return the facts that are no longer there."""
        return list((Counter(self.old) - Counter(self.new)).elements())

    @property
    def gained(self) -> list[str]:
        """Return the facts that have come."""
        return list((Counter(self.new) - Counter(self.old)).elements())


@dataclass(frozen=True)
class Watch:
    """The outcome of a look at the page.

    *against* is what it was compared with: ``records``, ``copy`` (the accepted one) or the name of a page; *rows* are
    empty when the server says that nothing has changed since; *copy* is what may be accepted; *outside* is what has
    become of the text outside of the rows.
    """

    page: str
    against: str
    rows: Sequence[RowChange] = field(default_factory=tuple)
    copy: PageCopy | None = None
    outside: Sequence[PassageChange] = field(default_factory=tuple)

    @property
    def changes(self) -> list[RowChange]:
        """Return the rows that are not as they were."""
        return [row for row in self.rows if row.change != "unchanged"]


def watch(where: str, publication: Publication, fetcher: Fetcher, folder: Path, against: str | None = None) -> Watch:
    """Look at the page *where*, an address or a file, and compare it; copies are kept in *folder*.

    Raise BrokenInput or NotFetched when it could not be looked at.
    """
    about = page_description(publication)
    kept = read_kept(folder, where)
    copy = fetch_page(where, fetcher, kept if against is None else None) if is_address(where) else None
    if copy is not None and copy is kept:
        return Watch(where, "copy", (), kept)
    page = copy.page(about) if copy else read_page_file(Path(where), about=about)
    if against is None and kept is None:
        known, outside = recorded_rows(list(publication_records(publication)), about), read_outside(publication)
        return _watched(where, "records", page, copy, with_row_texts(known, outside), outside)
    old = read_page_file(Path(against), about=about) if against is not None else kept.page(about) if kept else page
    return _watched(where, against or "copy", page, copy, known_rows(old), known_outside(old))


def _watched(
    where: str,
    against: str,
    page: OverviewPage,
    copy: PageCopy | None,
    known: Mapping[RowKey, KnownRow],
    outside: KnownOutside | None,
) -> Watch:
    return Watch(where, against, tuple(row_changes(known, page)), copy, tuple(outside_changes(outside, page)))


def is_address(where: str) -> bool:
    """Return whether *where* is an address to ask rather than a file."""
    return "://" in where


def fetch_page(url: str, fetcher: Fetcher, kept: PageCopy | None = None) -> PageCopy:
    """Return the page at *url*; *kept* itself when the server says that it has not changed."""
    answer = fetcher.get(url, MAX_PAGE_BYTES, kept.headers if kept else None)
    if answer.status == NOT_MODIFIED and kept:
        return kept
    if answer.status != 200:
        raise BrokenInput(
            f"{url}: answered with status {answer.status}, expected 200 and the page",
            f"{url}: antwortet mit Status {answer.status}, erwartet werden 200 und die Seite",
        )
    marks = answer.headers
    return PageCopy(url, answer.content, answer.charset, marks.get("etag", ""), marks.get("last-modified", ""))


def row_changes(old: Mapping[RowKey, KnownRow], page: OverviewPage) -> Iterator[RowChange]:
    """Yield what became of each row: those of *page* in its order, then those that are gone."""
    new = dict(_keyed(page.rows))
    for key, row in new.items():
        facts = recognised_facts(row)
        before = old.get(key)
        if before is None:
            yield RowChange(row.state, row.kind, "new", row.line, (), facts)
        else:
            is_same = row.is_as_in(before.sha256, before.text_sha256, page.has_links)
            change = "unchanged" if is_same else "changed"
            yield RowChange(row.state, row.kind, change, row.line, before.facts, facts)
    for key, known in old.items():
        if key not in new:
            yield RowChange(key[0], key[1], "gone", 0, known.facts, ())


def known_rows(page: OverviewPage) -> dict[RowKey, KnownRow]:
    """Return the rows of *page* as something to compare with."""
    return {key: KnownRow(row.sha256, recognised_facts(row), row.text_sha256) for key, row in _keyed(page.rows)}


def recorded_rows(documents: Sequence[Document], about: PageDescription | None = None) -> dict[RowKey, KnownRow]:
    """Return the rows that the records quote, with what the records say of each, by what is known *about* the page.

    Raise BrokenInput for a record that lacks what every record has.
    """
    about = about or packaged_description()
    by_id = {str(document.value.get("id")): document.value for document in documents}
    found: dict[RowKey, KnownRow] = {}
    for document in documents:
        if document.value.get("type") == "State":
            with naming_missing_keys(document):
                found.update(_rows_of(document.value, by_id, about))
    return found


def with_row_texts(rows: Mapping[RowKey, KnownRow], outside: KnownOutside | None) -> dict[RowKey, KnownRow]:
    """Return *rows* with the digests of their texts alone, where *outside* has kept them."""
    texts = outside.row_texts if outside else {}
    return {
        key: replace(known, text_sha256=texts.get(row_name(key[0], key[1]), known.text_sha256))
        for key, known in rows.items()
    }


def row_name(state: str, kind: str) -> str:
    """Return how the row of *kind* of *state* is called where digests are kept."""
    return f"{state}, {kind}"


def _rows_of(state: Thing, by_id: Mapping[str, Thing], about: PageDescription) -> dict[RowKey, KnownRow]:
    return {
        (state["name"]["de"], row["rowKind"], 0): KnownRow(row["sha256"], tuple(_recorded(state, row, by_id, about)))
        for row in state["record"]["rows"]
    }


@contextmanager
def naming_missing_keys(document: Document) -> Iterator[None]:
    """Turn a missing key of *document* into an error that says where to look."""
    try:
        yield
    except (KeyError, TypeError, AttributeError) as error:
        raise BrokenInput(
            f"{document.place}: the record lacks {error} or has it in another form – run efa-lod validate",
            f"{document.place}: im Datensatz fehlt {error} oder hat eine andere Form – efa-lod validate aufrufen",
        ) from error


def recognised_facts(row: PageRow) -> tuple[str, ...]:
    """Return what is recognised in *row*, as one line each."""
    found = [item for item in items(row) if item.kind != "silence"]
    shown = {item.target for item in found}
    links = [f"link: {link.label} -> {link.target}" for link in row.telling_links if link.target not in shown]
    return (f"status: {status_of(row)}", *map(_fact, found), *links, *(f"link: {t}" for t in row.other_targets))


def _fact(item: Item) -> str:
    value = f" = {item.value}" if item.value and item.value != item.text else ""
    return f"{item.kind}: {item.text}{value}" + (f" -> {item.target}" if item.target else "")


def _keyed(rows: Iterable[PageRow]) -> Iterator[tuple[RowKey, PageRow]]:
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        yield (row.state, row.kind, seen[row.state, row.kind]), row
        seen[row.state, row.kind] += 1


def _recorded(state: Thing, row: Thing, by_id: Mapping[str, Thing], about: PageDescription) -> Iterator[str]:
    """Yield what *state* records of *row*, in the words of ``recognised_facts`` as far as they are the same thing."""
    yield f"status: {row['valueStatus']}"
    reuse, key = state["reuse"], about.holds(row["rowKind"])
    if key == "contacts":
        for contact in reuse["contacts"]:
            names = {"name": "label", "topic": "name", "linkLabel": "label"}
            yield from (f"{kind}: {contact[key]['de']}" for key, kind in names.items() if key in contact)
            yield from (f"email: {contact[key]}" for key in ("email",) if key in contact)
            if "telephone" in contact:
                yield f"telephone: {contact.get('printedAs', '')} = {contact['telephone']}"
    elif key == "financing" and "linkLabel" in reuse["financing"]:
        yield f"label: {reuse['financing']['linkLabel']['de']}"
    elif key and key != "financing":
        yield from _recorded_offers(reuse.get(key, []), by_id)
    provisions = [*reuse.get("provisions", []), *reuse["financing"].get("provisions", [])]
    yield from (f"deadline: {p['until']}" for p in provisions if "until" in p and p.get("origin") == row["id"])
    yield from (f"asOf: {row[key]}" for key in ("asOf",) if key in row)


def _recorded_offers(offers: object, by_id: Mapping[str, Thing]) -> Iterator[str]:
    for thing in resolved(offers, by_id):
        yield f"label: {thing['name']['de']}" if "name" in thing else f"launch: {thing.get('launchStatus', '')}"


def state_folder() -> Path:
    """Return the folder for what is remembered between two looks."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "efa-lod"


def read_kept(folder: Path, where: str) -> PageCopy | None:
    """Return the accepted copy of the page *where*, if there is one that is whole."""
    place = _place(folder, where)
    try:
        about = json.loads((place / "about.json").read_text(encoding="utf-8"))
        content = (place / about["sha256"]).read_bytes()
        marks = {key: str(about[key]) for key in ("url", "charset", "etag", "last_modified")}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return PageCopy(content=content, **marks) if hashlib.sha256(content).hexdigest() == about["sha256"] else None


def write_kept(folder: Path, where: str, copy: PageCopy) -> None:
    """Accept *copy* as what the page *where* is compared with from now on."""
    place = _place(folder, where)
    digest = hashlib.sha256(copy.content).hexdigest()
    about = {
        "url": copy.url,
        "charset": copy.charset,
        "etag": copy.etag,
        "last_modified": copy.last_modified,
        "sha256": digest,
    }
    try:
        place.mkdir(parents=True, exist_ok=True)
        write_whole(place / digest, copy.content)
        write_whole(place / "about.json", json.dumps(about, indent=1).encode())
        for old in place.iterdir():
            if old.name not in (digest, "about.json"):
                old.unlink()
    except OSError as error:
        raise CannotWrite(
            f"{place}: the copy of the page cannot be kept: {error.strerror}",
            f"{place}: die Kopie der Seite lässt sich nicht aufbewahren: {in_german(error)}",
        ) from error


def _place(folder: Path, where: str) -> Path:
    name = where if is_address(where) else str(real_path(Path(where)))
    return folder / "pages" / hashlib.sha256(name.encode()).hexdigest()[:32]


def copy_of_file(where: str) -> PageCopy:
    """Return the page in the file *where* as a copy that can be accepted."""
    return PageCopy(where, whole_file(Path(where)))
