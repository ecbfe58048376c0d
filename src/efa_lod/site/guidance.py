"""Say what a reader can do and trust: ways on where no contact can be reached, and how old statements can be.

The overview page leaves gaps, and the text that was read has no link targets. A section that would end there ends in an
action instead: websites that are known, the nationwide marketplace, the overview page, a word to the editors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from efa_lod.model.record_values import Thing, listed
from efa_lod.model.record_views import ReuseRecord
from efa_lod.site.comparison import StateSummary
from efa_lod.site.page import Site


@dataclass(frozen=True)
class WayOn:
    """What a reader can do where no contact can be reached.

    *websites* are the contacts and their web addresses, *marketplaces* the nationwide ones that have an address, *page*
    the overview page, *address* its address if it is known, *site* the web site that it probably is a part of.
    """

    websites: Sequence[tuple[Thing, Sequence[str]]]
    marketplaces: Sequence[Thing]
    page: Thing
    address: str
    site: str


def way_on(site: Site, line: StateSummary) -> WayOn | None:
    """Return what the reader of the page of the state in *line* can do; None where a contact can be reached."""
    if not line.is_dead_end:
        return None
    websites = [(contact, line.websites[contact["id"]]) for contact in line.contacts if line.websites[contact["id"]]]
    page = site.derived(overview_page)
    homepage, part_of = (next(map(str, listed(page.get(key))), "") for key in ("homepage", "isPartOf"))
    return WayOn(websites, nationwide(site), page, homepage, part_of)


def overview_page(site: Site) -> Thing:
    """Return the page that the states were read from; an empty mapping where the records name none."""
    named = (row.page for state in site.states for row in ReuseRecord(state).rows)
    return site.shared.get(next(named, ""), {})


def nationwide(site: Site) -> list[Thing]:
    """Return the marketplaces for all states that have an address."""
    return [thing for thing in site.shared.values() if thing.get("scope") == "nationwide" and thing.get("homepage")]


@dataclass(frozen=True)
class Age:
    """How old what is said of a state can be: the dates that the overview page itself gives.

    *as_of* are the months of knowledge that it gives for the state, *latest* is the latest date it gives for the state,
    *anywhere* the latest that it gives for any, of the states called *others*; all may be empty.
    """

    as_of: Sequence[str]
    latest: str
    anywhere: str
    others: Sequence[Mapping[str, str]]


def age(site: Site, line: StateSummary) -> Age:
    """Return how old what is said of the state in *line* can be."""
    latest, others = site.derived(_latest)
    return Age(line.as_of, line.latest, latest, others)


def _latest(site: Site) -> tuple[str, Sequence[Mapping[str, str]]]:
    """Return the latest date that the overview page gives, and the names of the states that it gives it for."""
    latest = max((one.latest for one in site.lines), default="")
    return latest, [one.names for one in site.lines if latest and one.latest == latest]
