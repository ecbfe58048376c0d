"""Make the start page: what this is, the map and the table of the states, the search, downloads, how to cite."""

from collections.abc import Callable, Iterator, Sequence

from efa_lod.catalog.offers import OFFERS
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.record_values import Thing
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.comparison import StateSummary, alphabetical
from efa_lod.site.facts import FACTS
from efa_lod.site.lists import counted_lists, german
from efa_lod.site.map import Area, read_areas
from efa_lod.site.page import Site, described, pages


def start_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the start page: what this is, map and table of the states, search, downloads, how to cite."""
    lines = site.lines
    places = read_areas(site.publication)
    by_key = {line.key: line for line in lines}
    areas: Sequence[tuple[Area, StateSummary]] = (
        [(area, by_key[area.key]) for area in places.areas if area.key in by_key] if places else []
    )
    yield from pages(
        site,
        "index.html",
        "index.html",
        {
            "lines": {language: sorted(lines, key=_by_name(language)) for language in LANGUAGES},
            "facts": FACTS,
            "given": {fact.name: [fact.of(line) for line in lines] for fact in FACTS},
            "map": places,
            "areas": areas,
            "offers": OFFERS,
            "lists": site.derived(counted_lists),
            "alternates": [("catalog.ttl", "text/turtle", "DCAT-AP.de (Turtle)")],
            "data": site.derived(_described_states),
        },
    )


def _described_states(site: Site) -> dict[str, object] | None:
    return described([_names_of(state) for state in site.states], site.context) if site.states else None


def _by_name(language: str) -> Callable[[StateSummary], tuple[str, str]]:
    return lambda line: (alphabetical(str(line.names.get(language) or german(line.names))), line.id)


_IDENTITY = ("id", "type", "name", "officialName", "abbreviation", "stateKey", "isoCode", "sameAs")


def _names_of(state: Thing) -> Thing:
    """Return what says which state it is: part of what its record says."""
    return {key: state[key] for key in _IDENTITY if key in state}
