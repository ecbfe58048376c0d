"""Make the page on the state of the data: what is open, added, due and dead.

Nothing here asks the clock: days are told as they stand in the data, and what is overdue today is worked out in the
reader's browser.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from efa_lod.model.code_lists import days_between
from efa_lod.model.record_values import Thing, listed
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.comparison import QUESTIONS, STATUSES, SYMBOLS, StateSummary
from efa_lod.site.page import Site, pages
from efa_lod.site.references import things_in

if TYPE_CHECKING:
    from efa_lod.monitor.link_verdicts import LinkCheck
from efa_lod.site.comparison_pages import status_definitions

LINKS = "data/links.nt"
"""Where a publication may keep what checks of its links found (``efa-lod links check --history data/links.nt``)."""


@dataclass(frozen=True)
class Freshness:
    """How old a record is: the month that the page gives, the day of the last comparison, and when the next is due."""

    line: StateSummary
    due: str


def quality_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the page about the state of the data."""
    lines = site.lines
    contacts = [contact for line in lines for contact in line.contacts]
    days = days_between(site.publication.settings.value.get("frequency"))
    values = {
        "lines": lines,
        "questions": QUESTIONS,
        "statuses": STATUSES,
        "symbols": SYMBOLS,
        "legend": status_definitions(site),
        "by_status": _states_by_status(lines),
        "contacts": {
            "all": len(contacts),
            "email": sum(bool(one.get("email")) for one in contacts),
            "telephone": sum(bool(one.get("telephone")) for one in contacts),
            "neither": sum(not one.get("email") and not one.get("telephone") for one in contacts),
        },
        "freshness": [Freshness(line, _due(line.last_confirmed, days)) for line in lines],
        "days": days,
        "additions": site.derived(_additions),
        "offers": site.derived(_offers),
        "links": checked_links(site),
        "kinds": Counter(one.type for one in site.entries),
    }
    yield from pages(site, "quality.html", "quality.html", values)


def _states_by_status(lines: Sequence[StateSummary]) -> Mapping[str, Mapping[str, list[StateSummary]]]:
    """Return the states by question and by what became of it."""
    found: dict[str, dict[str, list[StateSummary]]] = {question: {} for question in QUESTIONS}
    for line in lines:
        for question in QUESTIONS:
            found[question].setdefault(line.statuses.get(question, ""), []).append(line)
    return found


def _due(day: str, days: int) -> str:
    """Return the day that is *days* after *day*, or an empty text where that is none."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _additions(site: Site) -> Counter[str]:
    """Count the statements that were added from elsewhere, by how well they are supported."""
    return Counter(str(one.get("confidence", "")) for one in of_type(site, "Addition"))


def _offers(site: Site) -> Mapping[str, int]:
    """Count the catalogues and marketplaces, and those with an address."""
    offers = of_type(site, "WebSite")
    return {"all": len(offers), "homepage": sum(bool(one.get("homepage")) for one in offers)}


def of_type(site: Site, name: str) -> list[Thing]:
    """Return the things of the type *name* in the records of the states and of what they share."""
    records = (*site.states, *site.shared.values())
    return [thing for record in records for thing in things_in(record) if name in listed(thing.get("type"))]


@dataclass(frozen=True)
class LinkSummary:
    """What is remembered of the links: the *day* of the last look, how many have each verdict, and those in trouble."""

    day: str
    counts: Mapping[str, int]
    troubled: Sequence["LinkCheck"]


def checked_links(site: Site) -> LinkSummary | None:
    """Return what the publication remembers of its links, or None where it keeps nothing."""
    from efa_lod.monitor.link_history import read_history
    from efa_lod.monitor.link_verdicts import VERDICTS, judged
    from efa_lod.monitor.links import collected, is_reserved_host

    history = read_history(site.publication.folder / LINKS)
    if not history:
        return None
    addresses = [one for one in collected(site.documents, site.context) if not is_reserved_host(one)]
    found = sorted((judged(one, history) for one in addresses), key=lambda one: VERDICTS.index(one.verdict))
    counts = Counter(one.verdict for one in found)
    day = max(seen[-1].day for seen in history.values())
    troubled = [one for one in found if one.verdict not in ("alive", "skipped")]
    return LinkSummary(day.isoformat(), {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}, troubled)
