"""Turtle files that people write: borrowed terms exist, and every file has the same layout."""

import re
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import namespace as known

ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/efa-lod/"
FILES = sorted([*ROOT.glob("ontology/*.ttl"), *ROOT.glob("shapes/**/*.ttl")])

CLOSED: tuple[type[known.DefinedNamespace], ...] = (
    known.DCAT,
    known.DCTERMS,
    known.FOAF,
    known.OWL,
    known.PROV,
    known.RDF,
    known.RDFS,
    known.SDO,
    known.SH,
    known.SKOS,
    known.VANN,
    known.XSD,
)

# Terms of DCAT 3 that rdflib's namespace lacks, since it stops at DCAT 2.
DCAT_3 = {
    f"{known.DCAT}{name}"
    for name in (
        "DatasetSeries",
        "first",
        "hasCurrentVersion",
        "hasVersion",
        "inCatalog",
        "inSeries",
        "isDistributionOf",
        "isVersionOf",
        "last",
        "next",
        "nextVersion",
        "prev",
        "previousVersion",
        "resource",
        "seriesMember",
        "version",
    )
}

ONTOLOGY_SECTIONS = ["Classes", "Object properties", "Datatype properties", "Code lists"]

PREFIX = re.compile(r"^@prefix (\S*): <([^>]*)> \.$", re.MULTILINE)
BANNER = re.compile(r"^#{10,}\n# +(.+?)[ #]*\n#{10,}$", re.MULTILINE)
SUBJECT = re.compile(r"^(\S+)\n    a ", re.MULTILINE)
NOT_SYNTAX = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|#[^\n]*', re.DOTALL)


def label(path: Path) -> str:
    """Return how a failure names *path*."""
    return path.relative_to(ROOT).as_posix()


def without_text(turtle: str) -> str:
    """Blank out strings, IRIs and comments, so that what is left is syntax and prefixed names."""
    return NOT_SYNTAX.sub('""', turtle)


def iris(path: Path) -> set[str]:
    """Return every IRI of the file, datatypes of literals included."""
    terms = {
        term
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        for term in (quad.subject, quad.predicate, quad.object)
    }
    datatypes = {term.datatype.value for term in terms if isinstance(term, ox.Literal)}
    return datatypes | {term.value for term in terms if isinstance(term, ox.NamedNode)}


def missing(iri: str) -> bool:
    """Return whether *iri* is in a closed namespace and that namespace does not know it."""
    homes = [namespace for namespace in CLOSED if iri.startswith(str(namespace))]
    return bool(homes) and iri not in DCAT_3 and not any(iri in namespace for namespace in homes)


def sections(turtle: str) -> dict[str, list[str]]:
    """Return the subjects below each banner, in the order of the file."""
    _, *parts = BANNER.split(turtle)
    return {title: SUBJECT.findall(body) for title, body in zip(parts[::2], parts[1::2], strict=True)}


each_file = pytest.mark.parametrize("path", FILES, ids=label)


@each_file
def test_borrowed_terms_exist(path: Path) -> None:
    """A term from a vocabulary that rdflib knows in full is in that vocabulary: no invented or misspelt names."""
    assert [] == sorted(iri for iri in iris(path) if missing(iri))


def test_misspelt_term_is_noticed() -> None:
    """The check above tells a misspelt term from a right one, from DCAT 3 and from a namespace that is not closed."""
    terms = [f"{known.SKOS}prefLable", f"{known.SKOS}prefLabel", f"{known.DCAT}inSeries", f"{BASE}ontology#anything"]

    assert [True, False, False, False] == [missing(term) for term in terms]


@each_file
def test_prefixes_are_in_order(path: Path) -> None:
    """The first prefix is our own; after the own ones the rest is in alphabetical order."""
    prefixes = PREFIX.findall(path.read_text("utf-8"))
    borrowed = [name for name, namespace in prefixes if not namespace.startswith(BASE)]

    assert prefixes[0][1].startswith(BASE)
    assert sorted(borrowed) == borrowed


@each_file
def test_prefixes_are_in_use(path: Path) -> None:
    """A prefix is declared only where the file uses it."""
    turtle = path.read_text("utf-8")
    used = set(re.findall(r"(?<![\w.-])([\w-]*):", without_text(PREFIX.sub("", turtle))))

    assert [] == [name for name, _ in PREFIX.findall(turtle) if name not in used]


@each_file
def test_white_space_is_tidy(path: Path) -> None:
    """A file ends with one newline and has neither tabs nor trailing spaces."""
    turtle = path.read_text("utf-8")

    assert "\n" == turtle[len(turtle.rstrip()) :]
    assert [] == [number for number, line in enumerate(turtle.split("\n"), 1) if "\t" in line or line != line.rstrip()]


@each_file
def test_object_has_its_own_line(path: Path) -> None:
    """Each object has a line of its own, and so has the full stop that ends a term: a change is one line in a diff."""
    lines = without_text(PREFIX.sub("", path.read_text("utf-8"))).split("\n")

    assert [] == [line for line in lines if "," in line or re.search(r";.*;|[^ ].*\.$", line)]


@each_file
def test_terms_are_in_alphabetical_order(path: Path) -> None:
    """Banners divide a file by kind, and below each banner the terms are in alphabetical order."""
    found = sections(path.read_text("utf-8"))

    assert found
    assert [] == [pair for subjects in found.values() for pair in pairwise(subjects) if pair != tuple(sorted(pair))]


def test_sections_of_the_ontology() -> None:
    """After its header the ontology has classes, then properties, then code lists."""
    assert ONTOLOGY_SECTIONS == list(sections((ROOT / "ontology" / "efa.ttl").read_text("utf-8")))
