"""Pages of records: of the packaged publication, and of records beside its own."""

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from efa_lod.web.error_documents import FAILURES
from support.sites import Html


@cache
def parsed_pages(site_folder: Path) -> dict[str, Html]:
    """Return all pages of *site_folder* by path, as they are parsed, which takes its time."""
    told_by_servers = {f"{failure.status}.html" for failure in FAILURES}
    frozen = site_folder / "release"
    files = sorted(
        path
        for path in site_folder.rglob("*.html")
        if path.name not in told_by_servers and path.parent.parent != frozen
    )
    return {str(file.relative_to(site_folder)): Html(file.read_text("utf-8")) for file in files}


def triples_in(page: Html, base: str) -> set[ox.Triple]:
    """Return what the JSON-LD in *page* says."""
    return {quad.triple for text in page.data() for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri=base)}
