"""What an IRI leads to: the table of all who answer requests for the IRIs of a publication.

A thing is one, a document about it another: whoever asks for the IRI of a thing is sent to a document about it, in the
format that they take (303, "Cool URIs for the Semantic Web", W3C 2008). One rule says to which: the documents of a
thing have its path and a suffix, and what is there is offered. ``REDIRECT_RULES`` lists the few IRIs that are told
elsewhere. Everything that answers requests is made from the table: our own server, the rules for other servers, and the
check of a site. It stands in the file ``rules/dereference.json`` as well, so that a site says by itself what it has.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import quote

from efa_lod.io.json_text import json_text
from efa_lod.io.messages import Messages, reason
from efa_lod.model.finder import DEEP_LINK, state_of_key
from efa_lod.model.origins import STATEMENTS
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import is_mapping
from efa_lod.web.document_formats import VARIANTS, Variant
from efa_lod.web.signposting import NAME_PATTERN, LinkRule, link_headers, release_link_headers

_ERRORS = Messages(__file__, "errors")

TABLE_FILE = "rules/dereference.json"
_PATH = re.compile(rf"{NAME_PATTERN}(/{NAME_PATTERN})*$")
_DOTS = re.compile(r"(^|/)\.")
_LONGEST = 200
"""Most characters of a path; file systems take 255 bytes for each of its steps."""


@dataclass(frozen=True)
class RedirectRule:
    """What requests for a path that matches *pattern* as a whole are led to: a *page*, and *data*, without suffix.

    A pattern is a regular expression in what PCRE, RE2 and Python have in common; ``\\1`` in page or data is what its
    first group holds.
    """

    pattern: str
    page: str
    data: str


REDIRECT_RULES = (
    RedirectRule("", "index", "catalog"),
    RedirectRule("(?:catalog|dataset)", "dataset", "catalog"),
    RedirectRule("void", "dataset", "void"),
    RedirectRule(STATEMENTS, "dataset", STATEMENTS),
    RedirectRule(f"release/({NAME_PATTERN})", r"release/\1", "releases"),
    RedirectRule(f"query/({NAME_PATTERN})", r"cookbook/\1", "cookbook"),
    RedirectRule(f"ontology/{NAME_PATTERN}", "ontology", "ontology"),
    RedirectRule(f"(alignments|borrowed)(?:/{NAME_PATTERN})?", "ontology", r"\1"),
    RedirectRule(f"shapes/({NAME_PATTERN})(?:/{NAME_PATTERN})?", "shapes", r"shapes/\1"),
)
"""Where IRIs lead that have no documents of their own name: the queries, the parts and versions of a vocabulary."""


@dataclass(frozen=True)
class RedirectTable:
    """What leads where in one publication: the table of all who answer requests for its IRIs.

    *withdrawn* are paths that led to something once and never will again; *moments* are the releases that are kept,
    as version and time, the oldest first.
    """

    base_iri: str
    licence: str
    modified: str
    ways: Sequence[RedirectRule] = REDIRECT_RULES
    links: Sequence[LinkRule] = ()
    withdrawn: Sequence[str] = ()
    moments: Sequence[Sequence[str]] = ()

    def stems(self, path: str) -> tuple[str, str]:
        """Return page and data, without suffix, that a request for *path*, relative to the base, is led to."""
        for way in self.ways:
            if found := re.fullmatch(way.pattern, path):
                return found.expand(way.page), found.expand(way.data)
        return path, path

    def variants(self, path: str, has: Callable[[str], bool]) -> dict[Variant, str]:
        """Return the documents about what is at *path*, the preferred first; *has* tells whether there is a file."""
        page, data = self.stems(path)
        found = {variant: (page if variant.is_page else data) + variant.suffix for variant in VARIANTS}
        return {variant: document for variant, document in found.items() if has(document)}

    def link(self, path: str, root: str) -> str | None:
        """Return the header Link for *path*; *root* is the address of the site's folder, with a slash at the end."""
        for links in self.links:
            if found := re.fullmatch(links.pattern, path):
                return found.expand(links.value).replace("{root}", root)
        return None

    def to_json(self) -> bytes:
        """Return the table as a file."""
        return json_text(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes, name: str) -> "RedirectTable":
        """Return the table that the file called *name* holds; raise BrokenInput when it holds none."""
        try:
            said = json.loads(data)
            ways = tuple(RedirectRule(**way) for way in said.pop("ways"))
            links = tuple(LinkRule(**links) for links in said.pop("links"))
            for pattern in [*(way.pattern for way in ways), *(one.pattern for one in links)]:
                re.compile(pattern)
            moments = tuple((str(version), str(time)) for version, time in said.pop("moments", ()))
            return cls(ways=ways, links=links, moments=moments, **said)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, re.error) as error:
            raise _ERRORS.broken("no-table", name, reason=reason(error)) from error


def redirect_table(
    publication: Publication,
    modified: str,
    states: Iterable[Mapping[str, object]],
    paths: Iterable[str],
    moments: Sequence[Sequence[str]] = (),
) -> RedirectTable:
    """Return what leads where in *publication*.

    *modified* is the day of its last change, *states* are the records of its states, *paths* those of its files,
    *moments* the releases with their times, the oldest first. Raise BadSetting for a withdrawn IRI that is none.
    """
    licence = quote(str(publication.settings.value["licence"]), safe=":/?#=&+,;@~%")
    finder = [
        RedirectRule(DEEP_LINK.replace("([0-9]{2})", key), reference, reference)
        for key, reference in state_of_key(states).items()
        if key.isdigit() and is_path(reference)
    ]
    base, known = publication.base_iri, frozenset(paths)
    versions = [version for version, _ in moments]
    links = (*release_link_headers(base, licence, known, versions), *link_headers(base, licence, known))
    gone = tuple(_withdrawn(publication))
    return RedirectTable(base, licence, modified, (*REDIRECT_RULES, *finder), links, gone, tuple(map(tuple, moments)))


def _withdrawn(publication: Publication) -> Iterator[str]:
    """Yield the paths of the IRIs that the settings name as withdrawn, absolute or below the base."""
    found = publication.settings.value.get("withdrawn", [])
    for index, iri in enumerate(found if isinstance(found, list) else [found]):
        iri = iri.get("id") if is_mapping(iri) else iri
        if isinstance(iri, str) and "#" in iri:
            continue  # a part: the document of the whole tells of it
        path = iri.removeprefix(publication.base_iri) if isinstance(iri, str) else ""
        if not is_path(path):
            raise _ERRORS.unusable(
                "withdrawn", publication.settings.place_of(("withdrawn", index)), base=publication.base_iri, found=iri
            )
        yield path


def is_path(path: str) -> bool:
    """Return whether *path* can be the path of a document: steps of letters, digits and ``._~-``, none hidden."""
    return bool(_PATH.match(path)) and not _DOTS.search(path) and len(path) <= _LONGEST
