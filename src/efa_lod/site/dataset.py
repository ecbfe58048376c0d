"""Make the page of the dataset: its files, numbers and how to cite it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from efa_lod.catalog.catalogue_context import CATALOGUE_CONTEXT, SYNTAXES
from efa_lod.catalog.catalogue_nodes import catalogue_nodes, endpoint
from efa_lod.catalog.offers import OFFERS
from efa_lod.catalog.schema_dataset import schema_dataset
from efa_lod.model.languages import LANGUAGES, Texts
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.comparison_pages import comparison_sizes
from efa_lod.site.downloads import OTHER_FILES
from efa_lod.site.names import SITE_NAMES
from efa_lod.site.page import Site, embedded, pages
from efa_lod.site.quality import of_type
from efa_lod.site.spreadsheets import MEDIA_TYPE


@dataclass(frozen=True)
class Download:
    """A file to take: its *path* and *media_type*, what it is called and is for by language, its size if known."""

    path: str
    media_type: str
    title: Texts
    about: Texts
    size: int | None


def dataset_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the page about the dataset: what it is, its files, its licence, how it is cited."""
    from markupsafe import Markup

    settings = site.publication.settings.value
    sizes = site.derived(comparison_sizes) | dict(site.sizes)
    data = [Download(o.path, o.format.media_type, o.title, o.about, sizes.get(o.path)) for o in OFFERS]
    others = {
        group: [Download(*one, sizes.get(one[0])) for one in files if one[1] != MEDIA_TYPE or one[0] in sizes]
        for group, files in OTHER_FILES.items()
    }
    values = {
        "downloads": {"data": data, **others},
        "endpoint": endpoint(site.publication),
        "citation": {language: citation(site, language) for language in ("de", "en")},
        "bibtex": bibtex(site),
        "years": settings["temporal"],
        "numbers": site.derived(_numbers),
        "data": {
            "@context": {"@base": site.publication.base_iri, **CATALOGUE_CONTEXT},
            "@graph": catalogue_nodes(site.publication, site.facts, sizes),
        },
        "schema_data": {
            language: Markup(embedded(schema_dataset(site.publication, site.facts, sizes, language)))
            for language in LANGUAGES
        },
        "alternates": [(f"catalog{one.suffix}", one.media_type, f"DCAT-AP.de ({one.title})") for one in SYNTAXES],
    }
    yield from pages(site, "dataset.html", "dataset.html", values)


_NUMBERED = {"states": "State", "contacts": "ContactPoint", "offers": "WebSite", "provisions": "Provision"}


def _numbers(site: Site) -> dict[str, int]:
    """Return how many there are of what a reader may look for."""
    return {name: len(of_type(site, type_)) for name, type_ in _NUMBERED.items()}


def citation(site: Site, language: str) -> dict[str, str]:
    """Return the parts of a citation after the style of the APA (7th edition, data sets), in *language*."""
    settings = site.publication.settings.value
    return {
        "author": settings["publisher"]["name"],
        "year": site.facts.modified[:4],
        "title": site.publication.texts(language)["title"],
        "version": site.publication.version,
        "kind": SITE_NAMES["files"]["dataset"][language],
        "address": f"{site.publication.base_iri}dataset",
    }


_BIBTEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    sign: f"\\{sign}" for sign in "{}&%$#_"
}


def bibtex(site: Site) -> str:
    """Return the dataset as an entry for BibTeX, with what is special to TeX escaped."""
    parts = citation(site, "de")
    fields = {
        "author": f"{{{_tex(parts['author'])}}}",
        "title": f"{{{_tex(parts['title'])}}}",
        "year": parts["year"],
        "version": _tex(parts["version"]),
        "howpublished": f"\\url{{{parts['address']}}}",
        "note": f"{parts['kind']}, Version {_tex(parts['version'])}",
    }
    key = re.sub(r"[^A-Za-z0-9.-]", "-", f"efa-lod-{parts['version']}")
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}"]) + "\n"


def _tex(text: str) -> str:
    return "".join(_BIBTEX.get(sign, sign) for sign in text)
