"""Lay the records and the page side by side: each state with its rows, each row with what was read from it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from efa_lod.io.reading import Document, KeyPath, Place
from efa_lod.overview.mentions import is_named_in
from efa_lod.overview.page import OverviewPage
from efa_lod.overview.recognition import Item, items
from efa_lod.overview.record_parts import Finding, RecordPart, texts_below
from efa_lod.overview.rows import PageRow
from efa_lod.overview.typography import plain
from efa_lod.overview.watching import row_name

OTHER_KEYS = frozenset({"contacts", "financing", ""})
"""Keys under ``reuse`` that do not hold catalogues or marketplaces."""


class RecordIndex:
    """All records, with what they share by identifier, and the page beside them."""

    def __init__(self, page: OverviewPage, documents: Sequence[Document], row_texts: Mapping[str, str]) -> None:
        self.page = page
        self.row_texts = row_texts
        whole = [RecordPart(document, (), document.value) for document in documents]
        self.by_id = {thing.code("id"): thing for thing in whole}
        self.pages = [thing for thing in whole if thing.value.get("type") == "WebPage"]
        self.page_ids = {page.code("id") for page in self.pages}
        self.elsewhere = set(self.by_id) - self.page_ids
        self.states = [StateRecord(self, thing) for thing in whole if thing.value.get("type") == "State"]
        self.organisations = [
            thing for thing in whole if "Organization" in str(thing.value.get("type")) and thing.is_read(self.elsewhere)
        ]
        self.marketplaces = [
            thing for thing in whole if "WebSite" in str(thing.value.get("type")) and thing.is_read(self.elsewhere)
        ]

    def row_text(self, key: tuple[str, str]) -> str:
        """Return how messages call the row *key*."""
        row = self.page.by_key.get(key)
        return f"{key[0]}, {key[1]}, " + (str(Place(self.page.name, row.line)) if row else self.page.name)


class StateRecord:
    """The record of one state, and the rows of the page that speak of it."""

    def __init__(self, book: RecordIndex, thing: RecordPart) -> None:
        self.book = book
        self.thing = thing
        self.name = thing.text("name")
        record = next(iter(thing.inner("record")), thing)
        reuse = next(iter(thing.inner("reuse")), thing)
        financing = reuse.inner("financing")
        self.reuse = reuse
        self.contacts = [contact.as_read() for contact in reuse.inner("contacts") if contact.is_read(book.elsewhere)]
        self.financing = financing[0] if financing else None
        provisions = [*reuse.inner("provisions"), *(p for f in financing for p in f.inner("provisions"))]
        self.provisions = [provision for provision in provisions if provision.is_read(book.elsewhere)]
        self.entries = record.inner("rows")
        self.rows = [RecordedRow(self, entry) for entry in self.entries]

    def speaks_of(self, organisation: RecordPart) -> bool:
        """Return True if a contact belongs to *organisation*, so that a head of its name means it in this state."""
        return any(contact.code("belongsTo") == organisation.code("id") for contact in self.contacts)

    @cached_property
    def texts(self) -> str:
        """Return all that the record and what it refers to say in words, for abbreviations to be found in."""
        referred = [self.book.by_id.get(reference) for reference in texts_below(self.thing.value)]
        return " ".join(
            [*texts_below(self.thing.value), *(name for thing in referred if thing for name in thing.names)]
        )


class RecordedRow:
    """A row as a record quotes it, and the row of the page that it quotes."""

    def __init__(self, state: StateRecord, entry: RecordPart) -> None:
        self.state = state
        self.entry = entry
        self.id = entry.code("id")
        self.kind = entry.code("rowKind")
        self.key = (state.name, self.kind)
        self.about = state.book.page.about
        self.holds = self.about.holds(self.kind)
        self.has_links = state.book.page.has_links
        self.known_text = state.book.row_texts.get(row_name(*self.key), "")
        self.row: PageRow | None = state.book.page.by_key.get(self.key)
        self.document = entry.document

    @cached_property
    def text(self) -> str:
        """Return the text of the page's row."""
        return plain(self.row.text) if self.row else ""

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Return what is recognised in the page's row."""
        return items(self.row) if self.row else ()

    def of_kind(self, *kinds: str) -> list[Item]:
        """Return the recognised items of *kinds*."""
        return [item for item in self.items if item.kind in kinds]

    @cached_property
    def offers(self) -> list[RecordPart]:
        """Return the catalogues or marketplaces that the record names for this row."""
        key = "" if self.holds in OTHER_KEYS else self.holds
        keys = [key, *(["unnamedCatalogues"] if key == "catalogues" else [])] if key else []
        referred = [self.state.book.by_id.get(reference) for _, reference in self.state.reuse.references(*keys)]
        inner = [offer for one in keys for offer in self.state.reuse.inner(one)]
        found = [*inner, *(thing for thing in referred if thing)]
        is_shared = len(self.about.kinds_in(key)) > 1
        return [thing for thing in found if not is_shared or self.id in thing.ids("origin", "namedIn")]

    @property
    def things(self) -> list[RecordPart]:
        """Return what the record names for this row."""
        financing = [self.state.financing] if self.holds == "financing" and self.state.financing else []
        return [*(self.state.contacts if self.holds == "contacts" else []), *self.offers, *financing]

    @property
    def marketplace_ids(self) -> set[str]:
        """Return the identifiers of these."""
        return {thing.code("id") for thing in self.offers}

    @cached_property
    def provisions(self) -> list[RecordPart]:
        """Return the provisions that are derived from this row."""
        return [p for p in self.state.provisions if self.id in p.ids("origin")]

    @cached_property
    def target_of(self) -> dict[str, str]:
        """Return where the links of the row lead, by label."""
        return {plain(item.text): item.target for item in self.items if item.target}

    def names(self, thing: RecordPart) -> bool:
        """Return True if the page's row names *thing*."""
        return is_named_in(thing, self.text)

    def missing(self, found: str, what: str) -> Finding:
        """Return that *found* is on the page only."""
        return Finding("missing-fact", self.document, self.entry.path, found, what)

    def invented(self, thing: RecordPart, path: KeyPath, found: str, what: str = "") -> Finding:
        """Return that *found* is in the record only."""
        return Finding("invented-fact", thing.document, path, found, what or str(path[-1] if path else "name"))

    def different(self, thing: RecordPart, key: str, expected: str) -> Iterator[Finding]:
        """Yield that *thing* has something else than *expected* under *key*."""
        if thing.code(key) != expected:
            what = f"{key}: {expected}" if expected else f"– ({key})"
            yield Finding("different-fact", thing.document, (*thing.path, key), thing.code(key), what)
