"""Hold one row of the page against what the record has from it.

A short row is accounted for word by word. A row of prose has been condensed into provisions; of it are compared dates,
addresses, numbers, names, abbreviations and the words that there are codes for, each as often as the page has it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from efa_lod.io.reading import KeyPath
from efa_lod.model.answers import last_day
from efa_lod.overview.description import PageDescription
from efa_lod.overview.mentions import (
    abbreviations_in,
    is_head_named,
    is_proper,
    is_same_words,
    mention_count,
    numbers_in,
)
from efa_lod.overview.recognition import dialled, is_prose, lost_behind, status_of
from efa_lod.overview.record_index import RecordedRow
from efa_lod.overview.record_parts import Finding, RecordPart
from efa_lod.overview.rows import PageRow
from efa_lod.overview.typography import plain

PARTY_KEYS = ("appliesTo", "decidedBy", "organisedBy", "framework", "paidBy")
LABEL_KEYS = ("linkLabel", "name", "topic", "mentionedAs")
"""The keys of words that the page may have linked, the likeliest first."""
MONTH_LENGTH = len("2022-11")


def row_findings(row: RecordedRow) -> Iterator[Finding]:
    """Yield what *row* of the page and the record do not have in common."""
    if row.row is not None:
        for check in ROW_CHECKS:
            yield from check(row)


def _entry(row: RecordedRow) -> Iterator[Finding]:
    """Compare digest, silence and as-of date."""
    assert row.row is not None
    known = row.entry.code("sha256")
    if known != row.row.text_sha256 and not row.row.is_as_in(known, row.known_text, row.has_links):
        yield from row.different(row.entry, "sha256", row.row.sha256)
    elif known == row.row.text_sha256 != row.row.sha256:
        yield from _links(row, row.row)
    yield from row.different(row.entry, "valueStatus", status_of(row.row))
    as_of = next((item.value for item in row.of_kind("asOf")), "")
    yield from row.different(row.entry, "asOf", as_of if len(as_of) == MONTH_LENGTH else "")
    yield from row.different(row.entry, "asOfYear", as_of if len(as_of) < MONTH_LENGTH else "")
    yield from row.different(row.entry, "asOfDay", as_of if len(as_of) > MONTH_LENGTH else "")
    if row.holds == "financing" and row.state.financing is not None:
        yield from row.different(row.state.financing, "valueStatus", status_of(row.row))
        yield from row.different(row.state.financing, "origin", row.id)
        yield from _link(row, row.state.financing, reached=not row.state.financing.text("linkLabel"))
    yield from _lost_of_row(row)


def _link(row: RecordedRow, thing: RecordPart, reached: object = False) -> Iterator[Finding]:
    """Compare where the page links *thing*, or what the copy has lost of that, unless it is *reached* otherwise."""
    target = _target(row, thing)
    yield from row.different(thing, "link", target)
    label = next((text for key in LABEL_KEYS if (text := thing.text(key))), "")
    is_missing = not target and (not reached or (row.holds == "contacts" and thing.text("linkLabel")))
    lost = set[str]()
    if is_missing and row.row:
        lost = {lost_behind(plain(label), row.row) if row.holds == "contacts" else "linkTarget"}
    found = thing.ids("lost")
    if bool(found) != bool(lost) or not lost <= found:
        told = ", ".join(sorted(found))
        yield Finding("different-fact", thing.document, (*thing.path, "lost"), told, ", ".join(lost) or "– (lost)")


def _lost_of_row(row: RecordedRow) -> Iterator[Finding]:
    """Compare what the row has lost with what the things have that are read from it; of prose, a person decides."""
    lost = {code for thing in row.things for code in thing.ids("lost")}
    found = row.entry.ids("lost")
    if found != lost and not is_prose(row.text):
        what = ", ".join(sorted(lost)) or "– (lost)"
        yield Finding("different-fact", row.document, (*row.entry.path, "lost"), ", ".join(sorted(found)), what)


def _links(row: RecordedRow, on_page: PageRow) -> Iterator[Finding]:
    """Find links that the record does not know; of what says that a link is lost, another check tells that."""
    known = [thing for thing in row.things if thing.ids("lost") or thing.code("link")]
    labels = {plain(thing.text(key)) for thing in known for key in LABEL_KEYS}
    for link in on_page.telling_links:
        if plain(link.label) not in labels:
            yield row.missing(f"{link.label} -> {link.target}", "sha256 (efa-lod source accept)")


def _contacts(row: RecordedRow) -> Iterator[Finding]:
    """Compare addresses and numbers, and whether a way to each contact is left."""
    people = row.state.contacts
    for key, kind in (("email", "email"), ("printedAs", "telephone")):
        on_page = Counter(plain(item.value if kind == "email" else item.text) for item in row.of_kind(kind))
        told = Counter(plain(contact.code(key)) for contact in people if contact.code(key))
        for value in on_page - told:
            yield row.missing(value, key)
        if row.holds == "contacts":
            for contact in people:
                if (value := plain(contact.code(key))) and value in told - on_page:
                    yield row.invented(contact, (*contact.path, key), value)
    if row.holds == "contacts":
        for contact in people:
            yield from row.different(contact, "telephone", dialled(contact.code("printedAs")))
            yield from row.different(contact, "origin", row.id)
            yield from _link(row, contact, contact.code("email") or contact.code("telephone"))


def _offers(row: RecordedRow) -> Iterator[Finding]:
    """Compare what is announced, restricted or has lost its link, and the contact that stands in for a catalogue."""
    launch, access = row.of_kind("launch"), row.of_kind("access")
    for offer in row.offers:
        yield from row.different(offer, "launchStatus", launch[0].value if launch else "")
        yield from row.different(offer, "access", access[0].value if access else "")
        note = offer.text("accessNote")
        if access and not is_same_words(note, access[0].text):
            path = (*offer.path, "accessNote", "de")
            yield Finding("different-fact", offer.document, path, note, access[0].text)
        elif note and not access:
            yield row.invented(offer, (*offer.path, "accessNote", "de"), note)
        if not launch and not offer.text("name") and not offer.text("mentionedAs"):
            yield Finding("missing-fact", offer.document, offer.path, offer.code("id"), "name")
        yield from _link(row, offer, reached=launch)
        if offer.path and row.id not in offer.ids("origin"):
            yield from row.different(offer, "origin", row.id)
    if launch and not row.offers:
        yield row.missing(launch[0].text, "launchStatus")
    if row.holds == "catalogues":
        yield from _direct_contact(row)


def _direct_contact(row: RecordedRow) -> Iterator[Finding]:
    told = row.state.reuse.code("servicesContact")
    path = (*row.state.reuse.path, "servicesContact")
    contact = next((c for c in row.state.contacts if c.code("id") == told), None)
    direct = row.about.habits.direct.search(row.text)
    if not told and direct:
        yield row.missing(direct[0], "servicesContact")
    elif told and (contact is None or not direct or not is_head_named(contact, row.text, row.about.habits.heads)):
        yield row.invented(row.state.reuse, path, told)


def _words(row: RecordedRow) -> Iterator[Finding]:
    """Account for each word of a short row; of prose, find the names that the record takes from it."""
    told = sorted(_phrases(row), key=lambda phrase: -len(phrase[2]))
    text = row.text
    for item in row.of_kind("email", "telephone", "access", "asOf"):
        text = text.replace(plain(item.text), " ", 1)
    for thing, path, phrase in told:
        name = re.escape(plain(phrase))
        place = re.search(rf"\({name}\)|(?<![\w-]){name}(?!\w|-\w)", text)
        if place:
            text = text if is_prose(row.text) else f"{text[: place.start()]} | {text[place.end() :]}"
        else:
            yield row.invented(thing, path, phrase)
    if is_prose(row.text) or (row.of_kind("silence") and not row.of_kind("launch")):
        return
    for left in text.split("|"):
        left = " ".join(row.about.habits.frames.sub(" ", left).split())
        if re.search(r"[\w()]", left):
            yield row.missing(left, "name, topic, linkLabel")


def _phrases(row: RecordedRow) -> Iterator[tuple[RecordPart, KeyPath, str]]:
    """Yield the names and labels that the record has from this row, each with its place."""
    if row.holds == "contacts":
        yield from _german(row.state.contacts, "name", "topic", "linkLabel")
    if row.holds == "financing" and row.state.financing is not None:
        yield from _german([row.state.financing], "linkLabel")
    yield from _german(row.offers, "name", "alternateName", "mentionedAs")
    yield from (found for found in _german(row.offers, "summary") if not is_prose(row.text))
    told = row.state.reuse.code("servicesContact") if row.holds == "catalogues" else ""
    if not is_prose(row.text):
        yield from _german((c for c in row.state.contacts if told and c.code("id") == told), "name")


def _german(things: Iterable[RecordPart], *keys: str) -> Iterator[tuple[RecordPart, KeyPath, str]]:
    yield from (
        (thing, (*thing.path, key, "de"), text) for thing in things for key in keys if (text := thing.text(key))
    )


def _organisations(row: RecordedRow) -> Iterator[Finding]:
    """Compare the organisations that the row names with those that the record refers to for it."""
    told = Counter(reference for _, _, reference in _organisation_references(row))
    for thing, path, reference in _organisation_references(row):
        named = row.state.book.by_id.get(reference)
        if named is None or not is_head_named(named, row.text, row.about.habits.heads):
            yield row.invented(thing, path, reference)
    for organisation in row.state.book.organisations:
        heads = row.about.habits.heads if row.state.speaks_of(organisation) else ()
        count = mention_count(organisation, row.text, heads)
        record = told[organisation.code("id")]
        if count and (record != count if is_prose(row.text) else not record):
            yield Finding("different-count", row.document, row.entry.path, organisation.text("name"), "", count, record)


def _organisation_references(row: RecordedRow) -> Iterator[tuple[RecordPart, KeyPath, str]]:
    things = [
        *((contact, "belongsTo") for contact in row.state.contacts if row.holds == "contacts"),
        *((offer, "mentions") for offer in row.offers),
        *((provision, key) for provision in row.provisions for key in PARTY_KEYS),
    ]
    for thing, key in things:
        for path, reference in thing.references(key):
            if not reference.startswith("efa:"):
                yield thing, path, reference


def _times(row: RecordedRow) -> Iterator[Finding]:
    """Compare deadlines, as often as they stand there, and find other dates in the record's words."""
    on_page = Counter(item.value for item in row.of_kind("deadline"))
    told = Counter(until for p in row.provisions if (until := last_day(p.value)))
    for value in sorted(set(on_page) | set(told)):
        if on_page[value] != told[value]:
            yield Finding(
                "different-count", row.document, row.entry.path, f"until: {value}", "", on_page[value], told[value]
            )
    for item in row.of_kind("date"):
        if not numbers_in(item.text) <= numbers_in(row.state.texts):
            yield row.missing(item.text, "until, asOf")


def _signs(row: RecordedRow) -> Iterator[Finding]:
    """Compare the words that provisions have codes for, as often as they stand there."""
    signs = row.about.signs
    told = Counter(
        (key, code) for p in row.provisions for key in {key for _, key, _ in signs} for _, code in p.references(key)
    )
    for (_, key, code), count in zip(signs, _sign_counts(row.text, row.about), strict=True):
        if count != told[key, code]:
            found = f"{key}: {code}"
            yield Finding("different-count", row.document, row.entry.path, found, "", count, told[key, code])
    certain = sum(told["certainty", code] for code in {"stated", *(c for _, key, c in signs if key == "certainty")})
    if certain != len(row.provisions):
        yield row.missing(f"{len(row.provisions)} provisions", "certainty")
    for provision in row.provisions:
        for path, party in provision.references(*PARTY_KEYS):
            if party.startswith("efa:") and not re.search(row.about.witnesses.get(party, "$^"), row.text):
                yield row.invented(provision, path, party)


@lru_cache(maxsize=1024)
def _sign_counts(text: str, about: PageDescription) -> tuple[int, ...]:
    """Return how often each sign is in *text*; they speak of prose only."""
    return tuple(len(re.findall(pattern, text)) if is_prose(text) else 0 for pattern, _, _ in about.signs)


def _abbreviations(row: RecordedRow) -> Iterator[Finding]:
    """Find the abbreviations and marketplaces that prose names in the record's words."""
    if not is_prose(row.text):
        return
    own = {row.state.thing.code("abbreviation")}
    for short in sorted(set(abbreviations_in(row.text)) - set(abbreviations_in(row.state.texts)) - own):
        yield row.missing(short, "summary")
    for offer in row.state.book.marketplaces:
        if is_proper(offer) and row.names(offer) and offer.code("id") not in row.marketplace_ids:
            yield row.missing(offer.text("name"), "catalogues")


ROW_CHECKS: tuple[Callable[[RecordedRow], Iterator[Finding]], ...] = (
    _entry,
    _contacts,
    _offers,
    _words,
    _organisations,
    _times,
    _signs,
    _abbreviations,
)
"""What is compared of each row, in this order."""


def _target(row: RecordedRow, thing: RecordPart) -> str:
    """Return where a link of the row with a label or name of *thing* leads."""
    labels = [thing.text(key) for key in LABEL_KEYS]
    return next((row.target_of[plain(label)] for label in labels if plain(label) in row.target_of), "")
