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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from efa_lod.errors import BrokenInput, CannotWrite
from efa_lod.io.files import whole_file
from efa_lod.io.http import Fetcher
from efa_lod.io.reading import Document
from efa_lod.overview.page import MAX_BYTES, Page, Row, read_page, read_page_file
from efa_lod.overview.recognition import Item, items, status_of

Key = tuple[str, str, int]
"""State, kind, and which of the rows with this state and kind, from 0."""

CHANGES = ("changed", "new", "gone", "unchanged")
NOT_MODIFIED = 304


@dataclass(frozen=True)
class Kept:
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

    def page(self) -> Page:
        """Return the page."""
        return read_page(self.content, self.url, self.charset, self.url)


@dataclass(frozen=True)
class Known:
    """A row as it was: its digest, and what was recognised in it or is recorded of it."""

    sha256: str
    facts: tuple[str, ...]


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
    empty when the server says that nothing has changed since; *copy* is what may be accepted.
    """

    page: str
    against: str
    rows: Sequence[RowChange] = field(default_factory=tuple)
    copy: Kept | None = None

    @property
    def changes(self) -> list[RowChange]:
        """Return the rows that are not as they were."""
        return [row for row in self.rows if row.change != "unchanged"]


def watch(
    where: str, documents: Sequence[Document], fetcher: Fetcher, folder: Path, against: str | None = None
) -> Watch:
    """Look at the page *where*, an address or a file, and compare it; copies are kept in *folder*.

    Raise BrokenInput or NotFetched when it could not be looked at.
    """
    kept = read_kept(folder, where)
    copy = fetch_page(where, fetcher, kept if against is None else None) if is_address(where) else None
    if copy is not None and copy is kept:
        return Watch(where, "copy", (), kept)
    page = copy.page() if copy else read_page_file(Path(where))
    if against is not None:
        return Watch(where, against, tuple(compared(known_rows(read_page_file(Path(against))), page)), copy)
    if kept is not None:
        return Watch(where, "copy", tuple(compared(known_rows(kept.page()), page)), copy)
    return Watch(where, "records", tuple(compared(recorded_rows(documents), page)), copy)


def is_address(where: str) -> bool:
    """Tell whether *where* is an address to ask rather than a file."""
    return "://" in where


def fetch_page(url: str, fetcher: Fetcher, kept: Kept | None = None) -> Kept:
    """Return the page at *url*; *kept* itself when the server says that it has not changed."""
    answer = fetcher.get(url, MAX_BYTES, kept.headers if kept else None)
    if answer.status == NOT_MODIFIED and kept:
        return kept
    if answer.status != 200:
        raise BrokenInput(f"{url}: answered with status {answer.status}, expected 200 and the page")
    marks = answer.headers
    return Kept(url, answer.content, answer.charset, marks.get("etag", ""), marks.get("last-modified", ""))


# --- comparing --------------------------------------------------------------------------------------------------------


def compared(old: Mapping[Key, Known], page: Page) -> Iterator[RowChange]:
    """Yield what became of each row: those of *page* in its order, then those that are gone."""
    new = dict(_keyed(page.rows))
    for key, row in new.items():
        facts = facts_of(row)
        before = old.get(key)
        if before is None:
            yield RowChange(row.state, row.kind, "new", row.line, (), facts)
        else:
            change = "unchanged" if before.sha256 == row.sha256 else "changed"
            yield RowChange(row.state, row.kind, change, row.line, before.facts, facts)
    for key, known in old.items():
        if key not in new:
            yield RowChange(key[0], key[1], "gone", 0, known.facts, ())


def known_rows(page: Page) -> dict[Key, Known]:
    """Return the rows of *page* as something to compare with."""
    return {key: Known(row.sha256, facts_of(row)) for key, row in _keyed(page.rows)}


def recorded_rows(documents: Sequence[Document]) -> dict[Key, Known]:
    """Return the rows that the records quote, with what the records say of each.

    Raise BrokenInput for a record that lacks what every record has.
    """
    by_id = {document.value.get("id"): document.value for document in documents}
    found: dict[Key, Known] = {}
    for document in documents:
        if document.value.get("type") == "State":
            with whole(document):
                found.update(_rows_of(document.value, by_id))
    return found


def _rows_of(state: Mapping[str, Any], by_id: Mapping[Any, Any]) -> dict[Key, Known]:
    return {
        (state["name"]["de"], row["rowKind"], 0): Known(row["sha256"], tuple(_recorded(state, row, by_id)))
        for row in state["record"]["rows"]
    }


@contextmanager
def whole(document: Document) -> Iterator[None]:
    """Turn a missing key of *document* into an error that says where to look."""
    try:
        yield
    except (KeyError, TypeError, AttributeError) as error:
        raise BrokenInput(
            f"{document.place}: the record lacks {error} or has it in another form – run efa-lod validate"
        ) from error


def facts_of(row: Row) -> tuple[str, ...]:
    """Return what is recognised in *row*, as one line each."""
    return (f"status: {status_of(row)}", *(_fact(item) for item in items(row) if item.kind != "silence"))


def _fact(item: Item) -> str:
    value = f" = {item.value}" if item.value and item.value != item.text else ""
    return f"{item.kind}: {item.text}{value}" + (f" -> {item.target}" if item.target else "")


def _keyed(rows: Iterable[Row]) -> Iterator[tuple[Key, Row]]:
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        yield (row.state, row.kind, seen[row.state, row.kind]), row
        seen[row.state, row.kind] += 1


def _recorded(state: Mapping[str, Any], row: Mapping[str, Any], by_id: Mapping[Any, Any]) -> Iterator[str]:
    """Yield what *state* records of *row*, in the words of ``facts_of`` as far as they are the same thing."""
    yield f"status: {row['valueStatus']}"
    reuse = state["reuse"]
    if row["rowKind"] == "contact":
        for contact in reuse["contacts"]:
            names = {"name": "label", "topic": "name", "linkLabel": "label"}
            yield from (f"{kind}: {contact[key]['de']}" for key, kind in names.items() if key in contact)
            yield from (f"email: {contact[key]}" for key in ("email",) if key in contact)
            if "telephone" in contact:
                yield f"telephone: {contact.get('printedAs', '')} = {contact['telephone']}"
    if row["rowKind"] == "finance" and "linkLabel" in reuse["financing"]:
        yield f"label: {reuse['financing']['linkLabel']['de']}"
    key = {"services": "catalogues", "furtherMarketplace": "furtherMarketplaces"}.get(row["rowKind"], "")
    offers = reuse.get(key, [])
    for offer in offers if isinstance(offers, list) else [offers]:
        thing = offer if isinstance(offer, dict) else by_id.get(offer, {})
        yield f"label: {thing['name']['de']}" if "name" in thing else f"launch: {thing.get('launchStatus', '')}"
    provisions = [*reuse.get("provisions", []), *reuse["financing"].get("provisions", [])]
    yield from (f"deadline: {p['until']}" for p in provisions if "until" in p and p.get("origin") == row["id"])
    yield from (f"asOf: {row[key]}" for key in ("asOf",) if key in row)


# --- copies -----------------------------------------------------------------------------------------------------------


def state_folder() -> Path:
    """Return the folder for what is remembered between two looks."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "efa-lod"


def read_kept(folder: Path, where: str) -> Kept | None:
    """Return the accepted copy of the page *where*, if there is one that is whole."""
    place = _place(folder, where)
    try:
        about = json.loads((place / "about.json").read_text(encoding="utf-8"))
        content = (place / about["sha256"]).read_bytes()
        marks = {key: str(about[key]) for key in ("url", "charset", "etag", "last_modified")}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Kept(content=content, **marks) if hashlib.sha256(content).hexdigest() == about["sha256"] else None


def write_kept(folder: Path, where: str, copy: Kept) -> None:
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
        raise CannotWrite(f"{place}: the copy of the page cannot be kept: {error.strerror}") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write *content* to *path* so that it is there whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)


def _place(folder: Path, where: str) -> Path:
    name = where if is_address(where) else str(Path(where).resolve())
    return folder / "pages" / hashlib.sha256(name.encode()).hexdigest()[:32]


def copy_of_file(where: str) -> Kept:
    """Return the page in the file *where* as a copy that can be accepted."""
    return Kept(where, whole_file(Path(where)))
