"""Make the pages of records, and what stands beside them for people: address cards."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from efa_lod.io.reading import Document
from efa_lod.model.answers import LOST, shown_status
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.origins import things_added
from efa_lod.model.record_values import Thing, things_of
from efa_lod.model.record_views import Marketplace, ReuseRecord, ThingView
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.abbreviations import used_abbreviations
from efa_lod.site.comparison import StateSummary, summaries
from efa_lod.site.guidance import age, nationwide, way_on
from efa_lod.site.page import DOCUMENTS, RecordPages, Site, described, entry, pages
from efa_lod.site.releases import last_change
from efa_lod.site.shared_things import marketplace_pages, organisation_pages, source_pages
from efa_lod.site.vcards import VCARD, vcards


def record_pages(documents: Iterable[Document], site: Site) -> Iterator[OutputFile]:
    """Yield the pages of the records in *documents*, and what stands beside them for people: address cards."""
    for document in documents:
        yield from pages_of_record(site, document.value)


def pages_of_record(site: Site, values: Thing) -> Iterator[OutputFile]:
    """Yield the pages of one record; an IRI of another place has its page there."""
    if ":" not in values["id"]:
        yield from RECORD_PAGES.get(entry(values).type, plain_pages)(site, values)


def reuse_pages(site: Site, values: Thing) -> Iterator[OutputFile]:
    """Yield the page of a state or municipality in each language, and the address cards of the contacts, if any.

    It answers the questions of a reader in their order: whom to ask, where to look, who pays.
    """
    reference = values["id"]
    cards = vcards(values, site.shared, site.context)
    formats = _documents(reference)
    of_state = ReuseRecord(values)
    reuse = of_state.reuse.values
    financing = [one.values for one in of_state.financing]
    line = summaries([values], site.shared)[0]
    way = way_on(site, line)
    change, modified = last_change(site, reference), str(of_state.record.values.get("modified") or "")
    yield from pages(
        site,
        "state.html",
        f"{reference}.html",
        {
            "state": values,
            "changed": change,
            "edited": modified if change is None or modified > change.day else "",
            "added_things": things_added(values),
            "whole": site.state_of.get(str(values["partOfState"])) if "partOfState" in values else None,
            "line": line,
            "way": way,
            "age": age(site, line),
            "lost": {
                "contacts": [one for one in line.contacts if _is_lost(one, line)],
                "catalogues": [one for one in line.catalogues if _is_lost(one, line)],
                "further": [one for one in line.further if _is_lost(one, line)],
            },
            "elsewhere": [] if way or any(map(_has_address, line.catalogues)) else nationwide(site),
            "all_ended": _last_day_of_rules(line),
            "abbreviations": {
                tag: used_abbreviations([reuse, *line.catalogues, *line.further], tag) for tag in LANGUAGES
            },
            "reuse": reuse,
            "record": of_state.record.values,
            "rows": {row.kind: row.values for row in of_state.rows if row.kind},
            "provision_rows": _behind(things_of(reuse.get("provisions")), of_state),
            "financing": financing,
            "financing_rows": _behind(financing, of_state),
            "card": f"{reference}.vcf" if cards else "",
            "files": [*formats, *([(f"{reference}.vcf", VCARD, "vCard")] if cards else [])],
            "alternates": formats,
            "data": described([values], site.context),
        },
    )
    if cards:
        yield OutputFile(f"{reference}.vcf", VCARD, [cards])


def _has_address(offer: Thing) -> bool:
    return Marketplace(offer).has_address


def _is_lost(thing: Thing, line: StateSummary) -> bool:
    """Return whether the overview page links *thing* and no address of it is known."""
    return shown_status(thing) == LOST and not _has_address(thing) and not line.websites.get(thing["id"])


def _last_day_of_rules(line: StateSummary) -> str:
    """Return the last day on which rules of financing applied, if all had ended when the record was last compared."""
    rules = [one for one in line.provisions if one.get("paidBy")]
    return max(str(one["until"]) for one in rules) if rules and all(one in line.ended for one in rules) else ""


def plain_pages(site: Site, values: Thing) -> Iterator[OutputFile]:
    """Yield the page of a record that no other function makes pages for: all it says, key by key."""
    formats = _documents(values["id"])
    given = {"record": values, "files": formats, "alternates": formats, "data": described([values], site.context)}
    yield from pages(site, "record.html", f"{values['id']}.html", given)


def _documents(reference: str) -> list[tuple[str, str, str]]:
    return [(f"{reference}{suffix}", media_type, name) for suffix, media_type, name in DOCUMENTS]


def _behind(given: Sequence[Thing], of_state: ReuseRecord) -> list[Thing]:
    """Return the rows of the record that the things in *given* and their provisions come from, each once."""
    rows = {row.id: row.values for row in of_state.rows}
    inner = [one for thing in given for one in things_of(thing.get("provisions"))]
    origins = (origin for thing in (*given, *inner) for origin in ThingView(thing).origins)
    return [rows[origin] for origin in dict.fromkeys(origins) if origin in rows]


RECORD_PAGES: Mapping[str, RecordPages] = {
    "State": reuse_pages,
    "Municipality": reuse_pages,
    "GovernmentOrganization": organisation_pages,
    "Organization": organisation_pages,
    "WebSite": marketplace_pages,
    "WebPage": source_pages,
    "Dataset": source_pages,
}
"""What makes the pages of a record, by its (first) type; ``plain_pages`` makes those of all others."""
SHARED = frozenset(RECORD_PAGES) - {"State", "Municipality"}
"""Types of records that others refer to; there are few of them, and a site keeps their values."""
