"""Make the site: which pages there are, those of records, and the files that lead to them.

Two tables say which function makes which pages; ``pages`` says how to write one. A build calls ``record_pages`` with
the records, batch by batch, and ``site_pages`` once; a page is made when it is asked for, so that memory holds one page
and not the site. The order is that of the records and tables, so that the same input gives the same files.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from efa_lod.catalog.offers import Contents
from efa_lod.model.context import Context
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import Thing
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.assets import assets, robots, sitemap
from efa_lod.site.comparison import alphabetical
from efa_lod.site.comparison_pages import comparison_pages
from efa_lod.site.cookbook import cookbook_pages
from efa_lod.site.dataset import dataset_pages
from efa_lod.site.find import find_pages, volume_pages
from efa_lod.site.lists import german, list_pages
from efa_lod.site.lookup import lookup_pages
from efa_lod.site.manual import manual_pages
from efa_lod.site.page import Entry, Pages, Site, entry
from efa_lod.site.quality import quality_pages
from efa_lod.site.query_page import query_page
from efa_lod.site.record_pages import SHARED
from efa_lod.site.releases import release_pages
from efa_lod.site.shapes import shapes_pages
from efa_lod.site.start import start_pages
from efa_lod.site.terms import ontology_pages
from efa_lod.web.negotiation import HTML


def site_of(
    publication: Publication,
    context: Context,
    facts: Contents,
    records: Iterable[Thing],
    labels: Mapping[str, Mapping[str, str]],
    sizes: Mapping[str, int],
) -> Site:
    """Return what the pages of *publication* are made of; *records* are gone through once.

    The values of states and of what records refer to (organisations, marketplaces, sources) are kept; of others, an
    entry in the list.
    """
    states: list[Thing] = []
    shared: dict[str, Thing] = {}
    entries: list[Entry] = []
    for values in records:
        made = entry(values)
        entries.append(made)
        if made.type == "State":
            states.append(values)
        elif made.type in SHARED:
            shared[values["id"]] = values
    states.sort(key=lambda state: (alphabetical(german(state.get("name"))), state["id"]))
    return Site(publication, context, facts, states, shared, entries, labels, sizes)


SITE_PAGES: Sequence[Pages] = (
    start_pages,
    find_pages,
    volume_pages,
    list_pages,
    comparison_pages,
    lookup_pages,
    quality_pages,
    dataset_pages,
    ontology_pages,
    shapes_pages,
    cookbook_pages,
    query_page,
    manual_pages,
    release_pages,
)
"""What makes the pages that a site has once, in the order they are written."""


def site_pages(site: Site) -> Iterator[OutputFile]:
    """Yield all files of *site* that are not those of single records, the sitemap last."""
    paths: list[str] = []
    for make in SITE_PAGES:
        for file in site.maker(make.__name__, make, site):
            if file.media_type == HTML and not file.path.startswith(tuple(f"{one}/" for one in LANGUAGES[1:])):
                paths.append(file.path)
            yield file
    yield from assets(site)
    yield from robots(site)
    yield from sitemap(site, paths)
