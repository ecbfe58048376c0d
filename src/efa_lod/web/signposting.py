"""The links that responses carry: what is described, by whom it may be used, and what belongs to it (RFC 8288)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from efa_lod.catalog.offers import OFFERS
from efa_lod.model.origins import STATEMENTS
from efa_lod.releases.sources import DUMP_STEM
from efa_lod.web.document_formats import MEDIA_TYPES, VARIANTS

NAME_PATTERN = "[A-Za-z0-9._~-]+"
"""A step of a path, as a regular expression: what can stand in an IRI, a file name and a header as it is."""


@dataclass(frozen=True)
class LinkRule:
    """The header Link of responses for paths that match *pattern* as a whole.

    In *value*, ``{root}`` is the address of the site's folder and ``\\1`` what the first group of the pattern holds.
    """

    pattern: str
    value: str


_PAGE = "<https://schema.org/AboutPage>"
_FIXED = ("ontology", "shapes", "cookbook", STATEMENTS)


def link_headers(base: str, licence: str, paths: frozenset[str]) -> Iterator[LinkRule]:
    """Yield the links that responses carry after "FAIR Signposting Profile" (signposting.org/FAIR, level 1)."""
    of_licence = (f"<{licence}>", "license")
    of_dataset = (f"<{base}dataset>", "collection")
    items = [(f"<{{root}}{o.path}>", "item", o.format.media_type) for o in OFFERS if o.path in paths]
    landing = [(f"<{base}dataset>", "cite-as"), (_PAGE, "type"), ("<https://schema.org/Dataset>", "type"), of_licence]
    yield _header(r"(?:en/)?(?:(?:index|dataset)\.html)?", [*landing, *_described_by("catalog", paths), *items])
    query = [(rf"<{base}query/\1>", "cite-as"), (_PAGE, "type"), of_licence, of_dataset]
    yield _header(rf"(?:en/)?cookbook/({NAME_PATTERN})\.html", [*query, *_described_by("cookbook", paths)])
    suffixes = "|".join(variant.name for variant in VARIANTS if not variant.is_page)
    for pattern, example in _stems(paths):
        page = [(rf"<{base}\1>", "cite-as"), (_PAGE, "type"), of_licence, of_dataset]
        described = [(link.replace(example, r"\1"), *rest) for link, *rest in _described_by(example, paths)]
        yield _header(rf"(?:en/)?({pattern})\.html", [*page, *described])
        yield _header(rf"({pattern})\.(?:{suffixes})", [(rf"<{base}\1>", "describes"), of_licence])
    yield _header(rf"catalog\.(?:{suffixes})", [(f"<{base}dataset>", "describes"), of_licence])
    yield _header(rf"void\.(?:{suffixes})", [(f"<{base}dataset>", "describes"), of_licence])
    names = "|".join(re.escape(offer.path) for offer in OFFERS if offer.path in paths)
    if names:
        yield _header(f"(?:{names})", [of_dataset, of_licence])


def release_link_headers(base: str, licence: str, paths: frozenset[str], versions: Sequence[str]) -> Iterator[LinkRule]:
    """Yield the links of releases: to the ones before and after, their files, and the time map (RFC 5829, RFC 7089)."""
    time_map = ("<{root}timemap.link>", "timemap", "application/link-format")
    for number, version in enumerate(versions):
        this = f"<{base}release/{version}>"
        folder = f"release/{version}/"
        links: list[Sequence[str]] = [(this, "cite-as"), (_PAGE, "type"), (f"<{licence}>", "license")]
        links += [(f"<{base}dataset>", "collection"), *_described_by("releases", paths), time_map]
        links += [(f"<{base}release/{versions[number - 1]}>", "predecessor-version")] if number else []
        links += [(f"<{base}release/{after}>", "successor-version") for after in versions[number + 1 : number + 2]]
        links += [(f"<{base}release/{versions[-1]}>", "latest-version"), (f"<{base}dataset>", "original")]
        files = (path for path in sorted(paths) if path.startswith(f"{folder}{DUMP_STEM}"))
        links += [(f"<{{root}}{path}>", "item", MEDIA_TYPES.get(f".{path.rpartition('.')[2]}", "")) for path in files]
        yield _header(rf"(?:en/)?release/{re.escape(version)}\.html", links)
        frozen = [(this, "collection"), (this, "cite-as"), (f"<{licence}>", "license"), time_map]
        original = (rf"<{base}\1>", "original")
        yield _header(rf"{re.escape(folder)}({DUMP_STEM}.*|catalog\.ttl)", [*frozen, original])
        yield _header(rf"{re.escape(folder)}({NAME_PATTERN}/.+)\.ttl", [*frozen, original])
        yield _header(rf"{re.escape(folder)}.*", [*frozen, (f"<{base}dataset>", "original")])


def _stems(paths: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield patterns of the paths of things that have documents, each with one such path: a pattern for each folder."""
    folders: dict[str, str] = {}
    for path in sorted(paths):
        stem, dot, suffix = path.rpartition(".")
        is_frozen = stem.startswith("release/")
        if dot and suffix == "jsonld" and "/" in stem and f"{stem}.ttl" in paths and not is_frozen:
            folders.setdefault(stem.rpartition("/")[0], stem)
    for folder, stem in folders.items():
        yield f"{re.escape(folder)}/{NAME_PATTERN}", stem
    yield from ((stem, stem) for stem in _FIXED if f"{stem}.ttl" in paths)


def _described_by(stem: str, paths: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    for variant in VARIANTS:
        if not variant.is_page and stem + variant.suffix in paths:
            yield f"<{{root}}{stem}{variant.suffix}>", "describedby alternate", variant.media_type


def _header(pattern: str, links: Iterable[Sequence[str]]) -> LinkRule:
    """Return the value of a header Link (RFC 8288): target, relation and, where given, media type of each link."""
    parts = [
        f'{target}; rel="{relation}"' + "".join(f'; type="{media_type}"' for media_type in more)
        for target, relation, *more in links
    ]
    return LinkRule(pattern, ", ".join(parts))
