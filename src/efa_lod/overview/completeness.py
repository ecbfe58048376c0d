"""Hold the page against the records: nothing on the page is missing, nothing in the records is invented.

What the records add from elsewhere (homepages, identifiers, notes) and translations are no matter of the page. What is
read wrongly may be overruled by a reading; it is then told with its reason.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, Place
from efa_lod.model.record_values import mapping_of
from efa_lod.model.results import Result, Severity, in_order
from efa_lod.overview.mentions import is_named_in, is_proper, numbers_in
from efa_lod.overview.outside import KnownOutside, PassageChange, outside_changes
from efa_lod.overview.page import OverviewPage
from efa_lod.overview.readings import Reading, RowResult, with_readings
from efa_lod.overview.record_index import RecordIndex, StateRecord
from efa_lod.overview.record_parts import Finding, RecordPart
from efa_lod.overview.row_checks import row_findings
from efa_lod.overview.typography import plain

PASSAGE_WORDS: Mapping[str, Mapping[str, str]] = {
    "introduction": {"de": "eine Zeile über den Ländern", "en": "a line above the states"},
    "contents": {"de": "eine Zeile des Inhaltsverzeichnisses", "en": "a line of the table of contents"},
    "line": {"de": "eine Zeile außerhalb der Felder", "en": "a line outside of the rows"},
    "row": {"de": "ein Feld einer Art, die nicht bekannt ist", "en": "a row of a kind that is not known"},
    "label": {"de": "ein Feldname in anderem Wortlaut", "en": "a label in other words"},
    "state": {
        "de": "der Name eines Landes, unbekannt, wiederholt oder in anderem Wortlaut",
        "en": "the name of a state, unknown, repeated or in other words",
    },
}
UNACCOUNTED = {
    "new": {
        "de": "Das ist neu auf der Seite: {what}. Lesen, einarbeiten, dann efa-lod source accept.",
        "en": "This is new on the page: {what}. Read it, take it in, then efa-lod source accept.",
    },
    "gone": {
        "de": "Das steht nicht mehr auf der Seite: {what}. Prüfen, dann efa-lod source accept.",
        "en": "This is no longer on the page: {what}. Check, then efa-lod source accept.",
    },
    "changed": {
        "de": "Die Verweise darin sind andere ({targets}): {what}. Prüfen, dann efa-lod source accept.",
        "en": "The links in it are others ({targets}): {what}. Check, then efa-lod source accept.",
    },
}


def coverage(
    page: OverviewPage,
    documents: Sequence[Document],
    outside: KnownOutside | None = None,
    readings: Sequence[Reading] = (),
) -> list[Result]:
    """Return what is on *page* and not in the records *documents*, and the other way round; nothing is the aim.

    What stands outside of the rows is held against *outside*, which was accepted. What one of *readings* overrules is
    mere information.
    """
    index = _index(page, documents, outside)
    rows = [row for state in index.states for row in state.rows]
    results = with_readings(list(_of_states(index)), readings, rows)
    around = [_unaccounted(change, page) for change in outside_changes(outside, page)]
    return in_order([*results, *_strays(index), *_shared(index), *_about_the_page(index), *around])


def row_results(
    page: OverviewPage, documents: Sequence[Document], outside: KnownOutside | None = None
) -> list[RowResult]:
    """Return those of the results that a reading can overrule, each with the rows that it comes from."""
    return list(_of_states(_index(page, documents, outside)))


def _index(page: OverviewPage, documents: Sequence[Document], outside: KnownOutside | None) -> RecordIndex:
    if not documents:
        raise BrokenInput(
            f"{page.name}: there are no records to hold the page against",
            f"{page.name}: es gibt keine Datensätze, gegen die sich die Seite halten ließe",
        )
    return RecordIndex(page, documents, outside.row_texts if outside else {})


def _of_states(index: RecordIndex) -> Iterator[RowResult]:
    """Yield what the rows of each state and its record do not have in common."""
    for state in index.states:
        for row in state.rows:
            yield from (RowResult([row], found.result(index.row_text(row.key))) for found in row_findings(row))
        where = f"{state.name}, {index.page.name}"
        for found in (*_rows_and_origins(state), *_numbers(state)):
            yield RowResult(state.rows, found.result(where))


def _unaccounted(change: PassageChange, page: OverviewPage) -> Result:
    """Return the result about a passage that is new, gone, or has other links."""
    what, targets = PASSAGE_WORDS[change.kind], "; ".join(change.targets)
    return Result(
        Severity.VIOLATION,
        Place(page.name, change.line),
        "",
        change.text,
        {
            language: text.format(what=what[language], targets=targets)
            for language, text in UNACCOUNTED[change.change].items()
        },
        f"unaccounted-{change.kind}",
    )


def _strays(index: RecordIndex) -> Iterator[Result]:
    """Yield results for rows of states that no record is about, and for rows that stand there twice."""
    known = {state.name for state in index.states}
    anchor = index.pages[0].document if index.pages else next(iter(index.by_id.values())).document
    for row in index.page.rows:
        if row.state not in known:
            yield Finding("missing-row", anchor, (), row.text).result(index.row_text((row.state, row.kind)))
    for row in index.page.repeated:
        yield Finding("repeated-row", anchor, (), row.text).result(
            f"{row.state}, {row.kind}, {Place(index.page.name, row.line)}"
        )


def _shared(index: RecordIndex) -> Iterator[Result]:
    """Yield results for organisations and marketplaces whose origins are not the rows that name them."""
    for thing in index.organisations:
        named = {row.id for state in index.states for row in state.rows if row.names(thing)}
        yield from _origins(thing, named)
    for thing in index.marketplaces:
        told = {row.id for state in index.states for row in state.rows if thing.code("id") in row.marketplace_ids}
        said = {page.code("id") for page in index.pages if thing.code("id") in page.ids("mentions")}
        yield from _origins(thing, told | said)


def _origins(thing: RecordPart, expected: set[str]) -> Iterator[Result]:
    found = thing.ids("origin", "namedIn")
    for origin in sorted(found ^ expected):
        rule = "invented-fact" if origin in found else "missing-fact"
        yield Finding(rule, thing.document, ("origin",), origin, "origin").result(thing.code("id"))


def _about_the_page(index: RecordIndex) -> Iterator[Result]:
    """Yield results for the title of the page and for what its introduction names."""
    for thing in index.pages:
        where = str(Place(index.page.name, 1))
        if plain(thing.text("name")) != plain(index.page.title):
            told = Finding("different-fact", thing.document, ("name", "de"), thing.text("name"), index.page.title)
            yield told.result(where)
        for path, reference in thing.references("mentions"):
            named = index.by_id.get(reference)
            if named is None or not is_named_in(named, index.page.introduction):
                yield Finding("invented-fact", thing.document, path, reference, "mentions").result(where)
            elif named.code("lost") != (lost := _lost_in_introduction(index, named)):
                told = Finding("different-fact", named.document, ("lost",), named.code("lost"), lost or "– (lost)")
                yield told.result(where)
        mentioned = thing.ids("mentions")
        for other in [*index.organisations, *index.marketplaces]:
            named_there = is_proper(other) and is_named_in(other, index.page.introduction)
            if named_there and other.code("id") not in mentioned:
                yield Finding("missing-fact", thing.document, (), other.text("name"), "mentions").result(where)


def _lost_in_introduction(index: RecordIndex, thing: RecordPart) -> str:
    labels = {plain(link.label) for link in index.page.links}
    return "" if any(plain(name) in labels for name in thing.names) else "linkTarget"


def _rows_and_origins(state: StateRecord) -> Iterator[Finding]:
    document, kinds = state.thing.document, Counter(row.kind for row in state.rows)
    for kind in state.book.page.about.kinds:
        row = state.book.page.by_key.get((state.name, kind))
        if row and not kinds[kind]:
            yield Finding("missing-row", document, ("record", "rows"), f"{kind}: {row.text}")
    for row_of_record in state.rows:
        if kinds[row_of_record.kind] > 1 or row_of_record.row is None:
            yield Finding("invented-row", document, row_of_record.entry.path, row_of_record.kind)
    ids = {row.id for row in state.rows}
    if not state.reuse.ids("origin"):
        yield Finding("missing-fact", document, state.reuse.path, "", "origin")
    for origin in sorted(state.reuse.ids("origin") - ids - state.book.page_ids):
        yield Finding("different-fact", document, (*state.reuse.path, "origin"), origin, ", ".join(sorted(ids)))
    for provision in state.provisions:
        if not ids & provision.ids("origin"):
            yield Finding("different-fact", document, (*provision.path, "origin"), provision.code("origin"), "origin")


def _numbers(state: StateRecord) -> Iterator[Finding]:
    """Yield results for numbers and months in our own words that the page does not have."""
    said = " ".join(row.row.text for row in state.rows if row.row)
    known = numbers_in(said)
    for thing in [state.reuse, *([state.financing] if state.financing else []), *state.provisions]:
        for key in ("summary", "condition"):
            for language, text in mapping_of(thing.value.get(key)).items():
                for number in sorted(numbers_in(str(text)) - known):
                    yield Finding("invented-fact", thing.document, (*thing.path, key, language), number, number)
