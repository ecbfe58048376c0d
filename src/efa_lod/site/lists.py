"""Make the lists of records: organisations, marketplaces, sources, municipalities, some hundred on a page."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import TypeVar

from efa_lod.model.languages import Texts
from efa_lod.model.record_values import best_texts
from efa_lod.model.record_views import ReuseRecord
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.comparison import alphabetical
from efa_lod.site.page import Entry, Site, pages

Member = TypeVar("Member")

ON_A_PAGE = 500
"""How many records one page of a list names."""


def list_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the lists of all records but the states, for each part of the site, some hundred on a page."""
    states = site.derived(_states_of)
    for folder, entries in site.derived(by_folder):
        parts = list(chunks(sorted(entries, key=in_order_of_name), ON_A_PAGE))
        for number, part in enumerate(parts, 1):
            values = {
                "folder": folder,
                "entries": part,
                "number": number,
                "last": len(parts),
                "total": len(entries),
            } | {"states": states}
            yield from pages(site, "list.html", _list_path(folder, number), values)


def _states_of(site: Site) -> dict[str, list[Texts]]:
    """Return the names of the states that point their municipalities to each catalogue or marketplace, by its id."""
    found: dict[str, list[Texts]] = {}
    for state in map(ReuseRecord, site.states):
        for offer in state.offers:
            found.setdefault(offer, []).append(state.names)
    return found


def by_folder(site: Site) -> list[tuple[str, list[Entry]]]:
    """Return the records but the states by the folder that their pages stand in."""
    others = (one for one in site.entries if one.type != "State" and ":" not in one.id and "/" in one.id)
    ordered = sorted([*others, *_nested_offers(site)], key=_folder)
    return [(folder, list(group)) for folder, group in groupby(ordered, key=_folder)]


def _nested_offers(site: Site) -> Iterator[Entry]:
    """Yield the catalogues and marketplaces that stand in the record of a state, and are listed with the others."""
    for state in map(ReuseRecord, site.states):
        for offer in state.own_offers:
            yield Entry(offer.id, "WebSite", offer.names_or_mention)


def _folder(one: Entry) -> str:
    return "marketplace" if one.type == "WebSite" else one.id.partition("/")[0]


def counted_lists(site: Site) -> list[tuple[str, int]]:
    """Return the folders that have a list, with the number of their records."""
    return [(folder, len(entries)) for folder, entries in by_folder(site)]


def in_order_of_name(one: Entry) -> tuple[str, str]:
    """Return what records are sorted by in a list."""
    return alphabetical(german(one.name)), one.id


def chunks(items: Iterable[Member], size: int) -> Iterator[list[Member]]:
    """Yield *items* in lists of *size*, the last of what is left."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part


def _list_path(folder: str, number: int) -> str:
    return f"{folder}/index.html" if number == 1 else f"{folder}/index-{number}.html"


def german(names: object) -> str:
    """Return the German one of *names*, or else the first."""
    return " ".join(best_texts(names))
