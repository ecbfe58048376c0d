"""Write what the pages of a site need, and what leads to them: styles, robots.txt, the sitemap."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import chain
from pathlib import Path

from efa_lod.model.languages import LANGUAGES
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.addresses import address_of
from efa_lod.site.lists import ON_A_PAGE, chunks
from efa_lod.site.page import Site

_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
}
_STATIC = Path(__file__).parent / "static"
_SHARED = Path(__file__).parents[1] / "web" / "static" / "answers.js"
"""What the query page has in common with that of the server."""

IN_A_SITEMAP = 50_000
"""Most addresses in one file (sitemaps.org protocol)."""


def assets(site: Site) -> Iterator[OutputFile]:
    """Yield the files that pages load: style, scripts, icons, picture for previews."""
    for file in sorted((*_STATIC.iterdir(), _SHARED), key=lambda file: file.name):
        if file.suffix in _MEDIA_TYPES:
            yield OutputFile(f"assets/{file.name}", _MEDIA_TYPES[file.suffix], [file.read_bytes()])


def robots(site: Site) -> Iterator[OutputFile]:
    """Yield ``robots.txt`` (RFC 9309): everything may be read, and the sitemap says what there is."""
    text = f"User-agent: *\nAllow: /\n\nSitemap: {site.publication.base_iri}sitemap.xml\n"
    yield OutputFile("robots.txt", "text/plain", [text.encode()])


def sitemap(site: Site, paths: Sequence[str]) -> Iterator[OutputFile]:
    """Yield ``sitemap.xml`` of the pages at *paths* and of all records, with the other languages of each.

    Where there are more than fit in one file, it is an index of parts ``sitemap-1.xml`` and so on.
    """
    count = len(LANGUAGES) * (len(paths) + sum(":" not in one.id for one in site.entries))
    urls = _urls(site, paths)
    if count <= IN_A_SITEMAP:
        yield OutputFile("sitemap.xml", "application/xml", _urlset(urls))
        return
    names = [f"sitemap-{number}.xml" for number in range(1, -(-count // IN_A_SITEMAP) + 1)]
    for name, part in zip(names, chunks(urls, IN_A_SITEMAP), strict=True):
        yield OutputFile(name, "application/xml", _urlset(part))
    parts = "".join(f"<sitemap><loc>{escape(site.publication.base_iri + name)}</loc></sitemap>\n" for name in names)
    yield OutputFile(
        "sitemap.xml", "application/xml", [f"{_XML}<sitemapindex {_SITEMAP}>\n{parts}</sitemapindex>\n".encode()]
    )


_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _urls(site: Site, paths: Sequence[str]) -> Iterator[str]:
    base = site.publication.base_iri
    for path in chain(paths, (f"{one.id}.html" for one in site.entries if ":" not in one.id)):
        yield from _url(base, path)


def _url(base: str, path: str) -> Iterator[str]:
    """Yield an entry for the page at *path* in each language, each with all its languages."""
    addresses = {language: address_of(base, path, language) for language in LANGUAGES}
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(address)}"/>'
        for language, address in addresses.items()
    )
    for address in addresses.values():
        yield f"<url><loc>{escape(address)}</loc>{links}</url>\n"


def _urlset(urls: Iterable[str]) -> Iterator[bytes]:
    yield f'{_XML}<urlset {_SITEMAP} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'.encode()
    yield from ("".join(part).encode() for part in chunks(urls, ON_A_PAGE))
    yield b"</urlset>\n"
