"""The parts of dumps, and the page that lists them."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from efa_lod.build.writing import WrittenOutput
from efa_lod.catalog.offers import OFFERS
from efa_lod.model.publication import Publication


def parts_of_dumps(outputs: Iterable[WrittenOutput]) -> dict[str, list[WrittenOutput]]:
    """Return the parts among *outputs* by the folder of the dump that they are parts of."""
    parts: dict[str, list[WrittenOutput]] = {}
    for output in outputs:
        folder, found, _ = output.path.partition("/part-")
        if found:
            parts.setdefault(folder, []).append(output)
    return parts


_PARTS_PAGE = """<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>Jeder Teil ist für sich eine Datei in seinem Format; alle Teile zusammen sind das Ganze. Prüfsummen stehen in
<a href="SHA256SUMS">SHA256SUMS</a>.</p>
<p lang="en">Each part is a file of its own in its format; all parts together are the whole. Digests are in
<a href="SHA256SUMS">SHA256SUMS</a>.</p>
{lists}</main>
</body>
</html>
"""


def parts_page(publication: Publication, parts: Mapping[str, Sequence[WrittenOutput]]) -> bytes:
    """Return the page that lists *parts* by dump; the catalogue leads to it."""
    lists = "".join(
        f'<section id="{offer.name}">\n<h2>{escape(offer.title["de"])} '
        f'<span lang="en">({escape(offer.title["en"])})</span></h2>\n<ul>\n'
        + "".join(f'<li><a href="{part.path}">{part.path}</a> ({part.size} Bytes)</li>\n' for part in parts[offer.path])
        + "</ul>\n</section>\n"
        for offer in OFFERS
        if offer.path in parts
    )
    return _PARTS_PAGE.format(title=escape(publication.texts("de")["title"]), lists=lists).encode()
