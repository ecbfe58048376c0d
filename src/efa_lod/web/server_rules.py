"""Write rules with which other servers answer as our own does: Apache, nginx, Caddy, and the forwarding of w3id.org.

All are templates (``templates/rules``) that are filled from the same tables as our own server, so none can differ from
it. What a server must do is told once, in three steps that each of them can take by its own means:

1. Weigh each format by the header Accept: ``_weighing`` gives one character, ``0`` to ``9`` for tenths and ``:`` for 1,
   which comes next in ASCII. ``_ranking`` gives a second one, which counts among equals: whether the format is named.
   ``--`` stands for a format in which there is no document.
2. Put the characters of all formats side by side, the preferred one first.
3. Choose by one regular expression for each format: its pair is greater than those before it and at least as great as
   those behind it.

**What they can and cannot do.** Ranges, wildcards, and the more specific range going first are as in RFC 9110. Weights
count in tenths (``q=0.85`` is 0.8, ``q=0.01`` is 0.1), and of languages the first one named counts; our own server
compares exactly. Our own server makes an ETag of the content, the others of time and size. Where an address has an
encoded slash, Apache and nginx send a plain answer. w3id.org forwards and leaves the rest to the server behind it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from efa_lod.rdf.formats import OutputFile
from efa_lod.web.document_formats import MEDIA_TYPES, NAMED_TYPES, VARIANTS, Variant, compressible_types, content_type
from efa_lod.web.error_documents import FAILURE_VARIANTS, FAILURES
from efa_lod.web.mementos import memento_dates
from efa_lod.web.negotiation import ALSO_CALLED, COVERED, DATA_FIRST, FIRST, NAMED, READ_AS, READS_DATA, READS_MOST
from efa_lod.web.redirect_table import TABLE_FILE, RedirectTable
from efa_lod.web.response_headers import (
    CACHING,
    ENGINE_PATHS,
    ENGINE_POLICY,
    OPEN_TO_ALL,
    POLICY,
    POLICY_HEADER,
    PREFLIGHT,
    SECURITY,
)
from efa_lod.web.templating import filled

PLAIN = "text/plain"
CONDITIONS = "(?:;[^,;]*)*"
"""Parameters of a media range before its weight."""

_Weights = Sequence[tuple[str, str]]
_WEIGHTS = (
    (rf"{CONDITIONS};\s*q\s*=\s*0?\.([1-9])", "\\1"),
    (rf"{CONDITIONS};\s*q\s*=\s*0?\.0[0-9]*[1-9]", "1"),
    (rf"{CONDITIONS};\s*q\s*=\s*[^1\s]", "0"),
    (r"(?:[;,]|$)", ":"),
)
_LEAST_WEIGHTS = tuple((rest, character if character == "0" else "1") for rest, character in _WEIGHTS)
"""What may follow a media range, the first that fits, and its character; ``\\1`` is the tenth."""


def _ranges() -> Iterator[tuple[str, str, str, _Weights]]:
    """Yield name, media range as a regular expression, the name of the next broader range, and what weights mean.

    No broader range: not accepted.
    """
    yield "any", r"\*/\*", "", _WEIGHTS
    kinds = sorted({variant.media_type.partition("/")[0] for variant in VARIANTS})
    yield from ((kind, rf"{kind}/\*", "any", _WEIGHTS) for kind in kinds)
    for variant in VARIANTS:
        broader = variant.media_type.partition("/")[0]
        for number, (name, weights) in reversed([*enumerate(_other_names(variant.media_type))]):
            yield f"{variant.name}_{number}", _quoted(name), broader, weights
            broader = f"{variant.name}_{number}"
        yield variant.name, _quoted(variant.media_type), broader, _WEIGHTS


def _other_names(media_type: str) -> Iterator[tuple[str, _Weights]]:
    """Yield the names by which clients ask for *media_type* too, the ones that count first, and what weights mean."""
    yield from ((name, _WEIGHTS) for name in ALSO_CALLED.get(media_type, ()))
    yield from ((name, _LEAST_WEIGHTS) for name in READ_AS.get(media_type, ()))


def _quoted(text: str) -> str:
    """Return a regular expression for *text* that every engine and every file of rules takes."""
    return re.sub(r"([.+*?()\[\]{}|^$\\])", r"\\\1", text)


def _weighing() -> Iterator[tuple[str, str, Sequence[tuple[str, str]]]]:
    """Yield name of a range, that of the next broader one, and patterns of Accept with the character each means."""
    for name, media_range, broader, weights in _ranges():
        rules = [(rf"(?:^|,)\s*{media_range}\s*{rest}", character) for rest, character in weights]
        yield name, broader, rules


def _ranking() -> Iterator[tuple[Variant, Sequence[tuple[str, str]], str]]:
    """Yield each format with patterns of Accept and the character each means among equals, and the one otherwise."""
    for variant in VARIANTS:
        kind = variant.media_type
        rules = [(_naming((READS_MOST[kind],)), str(FIRST))] if kind in READS_MOST else []
        rules.append((_naming((kind, *(name for name, _ in _other_names(kind)))), str(NAMED)))
        if variant.is_page:
            rules.append((_naming(READS_DATA), str(DATA_FIRST)))
        yield variant, rules, str(COVERED)


def _naming(media_types: Iterable[str]) -> str:
    """Return a pattern of Accept where it names one of *media_types*."""
    return rf"(?:^|,)\s*(?:{'|'.join(map(_quoted, media_types))})\s*(?:[;,]|$)"


def _choosing(variants: Sequence[Variant]) -> Iterator[tuple[Variant, str]]:
    """Yield each of *variants* with a pattern of the characters side by side where it is the best one."""
    last = len(variants) - 1
    for place, variant in enumerate(variants):
        levels = []
        for weight in ":987654321":
            less = f"[-0-{chr(ord(weight) - 1)}]" if weight != "1" else "[-0]"
            highest = FIRST if variant.media_type in READS_MOST else NAMED
            for rank in range(highest, (COVERED, DATA_FIRST)[variant.is_page] - 1, -1):
                below = f"(?:{less}.|{weight}[0-{rank - 1}])" if rank else f"{less}."
                levels.append(f"{below * place}{weight}{rank}{f'(?:{less}.|{weight}[0-{rank}])' * (last - place)}")
        yield variant, f"^(?:{'|'.join(levels)})$"


_ENGLISH = (r"^[.]html /en/", r"^[.]html [^ ]* \s*en")
"""When a failure is told in English, by suffix, address and Accept-Language."""
ABSENT_FORMAT = "--"
"""The characters of a format in which there is no document."""
NOTHING = ABSENT_FORMAT * len(VARIANTS)
"""The characters side by side where there is no document at all."""


def rule_files(table: RedirectTable, title: str) -> Iterator[OutputFile]:
    """Yield the rules for each server, and the *table* that they are made of; *title* is that of the publication."""
    yield OutputFile(TABLE_FILE, "application/json", [table.to_json()])
    for path, write in RULES.items():
        if path != "rules/w3id.htaccess" or table.base_iri.startswith("https://w3id.org/"):
            yield OutputFile(path, PLAIN, [write(table, title).encode()])


def _rules(template: str) -> Callable[[RedirectTable, str], str]:
    """Return what fills *template* with a table of redirections and the title of the publication."""

    def write(table: RedirectTable, title: str) -> str:
        return filled(f"rules/{template}", title=" ".join(title.split()), **_values(table), **_terms())

    return write


def _values(table: RedirectTable) -> dict[str, object]:
    """Return what the rules say of one publication; links with their numbers."""
    return {
        "base_iri": table.base_iri,
        "ways": table.ways,
        "links": [*enumerate(table.links)],
        "mementos": [*memento_dates(table.moments)],
        "withdrawn": _withdrawn(table),
    }


def _withdrawn(table: RedirectTable) -> str:
    """Return a pattern of the paths of what is withdrawn, an empty text where nothing is."""
    paths = "|".join(map(_quoted, table.withdrawn))
    return rf"(?:en/)?({paths})(?:\.[a-z]+)?" if paths else ""


@lru_cache(1)
def _terms() -> dict[str, object]:
    """Return what the rules of all publications say: formats and how they are weighed, and headers."""
    by_type: dict[str, list[str]] = {}
    for suffix, media_type in MEDIA_TYPES.items():
        if suffix.count(".") == 1:
            by_type.setdefault(media_type, []).append(suffix[1:])
    paths = [(f"*{suffix}", kind) for suffix, kind in sorted(MEDIA_TYPES.items(), key=lambda one: one[0].count("."))]
    return {
        "variants": VARIANTS,
        "failure_variants": FAILURE_VARIANTS,
        "weighing": [*_weighing()],
        "ranking": [*_ranking()],
        "choosing": [*_choosing(VARIANTS)],
        "choosing_failure": [*_choosing(FAILURE_VARIANTS)],
        "english": _ENGLISH,
        "absent": ABSENT_FORMAT,
        "nothing": NOTHING,
        "failures": [failure.status for failure in FAILURES],
        "gone": _GONE,
        "media_types": MEDIA_TYPES,
        "named_types": NAMED_TYPES,
        "suffixes_by_type": by_type,
        "paths_by_type": paths
        + [(f"/{path}" if "/" in path else f"*/{path}", kind) for path, kind in NAMED_TYPES.items()],
        "charsets": sorted({kind for kind in MEDIA_TYPES.values() if content_type(kind) != kind} - {"text/html"}),
        "compressible": compressible_types(),
        "content_type": content_type,
        "quoted": _quoted,
        "every_header": [*SECURITY.items(), *OPEN_TO_ALL.items()],
        "policy": POLICY,
        "policy_header": POLICY_HEADER,
        "engine_policy": ENGINE_POLICY,
        "engine_paths": ENGINE_PATHS,
        "preflight": PREFLIGHT,
        "caching": CACHING,
    }


_GONE = 410
"""The status of what was withdrawn; each such thing has documents of its own (``gone_documents``)."""
RULES: dict[str, Callable[[RedirectTable, str], str]] = {
    ".htaccess": _rules("htaccess"),
    "rules/nginx.conf": _rules("nginx.conf"),
    "rules/Caddyfile": _rules("Caddyfile"),
    "rules/w3id.htaccess": _rules("w3id.htaccess"),
}
"""The files of rules by path, each filled into the template of its name (``templates/rules``)."""
