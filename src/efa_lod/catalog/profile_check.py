"""Judge a catalogue by official shapes: DCAT-AP, DCAT-AP.de and GovData, read from a folder or an address.

The shapes and vocabularies are other people's and not part of this project. From an address they are fetched once and
kept in the cache folder of the user; after that, a check needs no network. A host that the user has named may be on
this machine or in its network; what it refers to elsewhere may not (``io.fetch_policy``).
"""

import re
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from efa_lod.catalog.catalogue_view import DCAT
from efa_lod.catalog.dcat import catalogue_context, check_catalogue
from efa_lod.catalog.harvest import read_catalogue
from efa_lod.catalog.profiles import OWN, PROFILES
from efa_lod.catalog.retrieval import SECONDS
from efa_lod.catalog.shapes_source import open_shelf
from efa_lod.io.messages import Messages
from efa_lod.model.publication import Publication
from efa_lod.model.results import Result, in_order
from efa_lod.rdf.graphs import Triples, graph_of
from efa_lod.validation.constraints import SH
from efa_lod.validation.shacl_engine import shacl_results
from efa_lod.validation.tracing import in_rdf_file

_TRUE = ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
_ERRORS = Messages(__file__, "errors")


def check_profile(
    catalogue: Triples, name: str, profile: str, source: str, publication: Publication, seconds: float = SECONDS
) -> list[Result]:
    """Return what the official shapes of *profile* find in the *catalogue* called *name*.

    *source* is a folder that holds the shapes and vocabularies, or the address of one that holds the shapes. What the
    shapes find wrong with the vocabularies themselves is left out. Raise BrokenInput when a file of the profile is
    missing.
    """
    shelf = open_shelf(source, seconds)
    wanted = PROFILES[profile]
    shapes = [triple for file in wanted.files for triple in shelf.triples(file)]
    background = shelf.background(wanted)
    data = [*catalogue, *_what_is_said_of(_named(catalogue), background)]
    own = {str(triple.subject).strip("<>") for triple in catalogue}
    locate = in_rdf_file(name, catalogue_context(publication))
    found = shacl_results(list(dict.fromkeys(data)), graph_of(repaired_shapes(shapes)), locate)
    return in_order(result for result in found if result.focus in own)


def check_catalogue_files(
    files: Sequence[str], profile: str, source: str | None, publication: Publication, seconds: float = SECONDS
) -> list[Result]:
    """Return what the shapes of *profile* find in the catalogues *files*; ``catalog`` stands for the project's own."""
    if profile != OWN and source is None:
        origin = PROFILES[profile].origin
        raise _ERRORS.broken("no-shapes-named", profile=profile, origin=origin)
    results: list[Result] = []
    for file in files:
        triples = read_catalogue(file, seconds)
        if profile == OWN:
            results += check_catalogue(triples, publication, file)
        else:
            results += check_profile(triples, file, profile, str(source), publication, seconds)
    return in_order(results)


def _named(triples: Triples) -> set[str]:
    return {term.value for triple in triples for term in triple if isinstance(term, ox.NamedNode)}


def _what_is_said_of(iris: set[str], background: Triples) -> Iterator[ox.Triple]:
    """Yield the triples of *background* about *iris*, and about what these in turn refer to.

    DCAT's own terms are left out, as in GovData's validator: they make each catalogue a dataset.
    """
    about: dict[str, list[ox.Triple]] = {}
    for triple in background:
        if isinstance(triple.subject, ox.NamedNode) and not triple.subject.value.startswith(DCAT):
            about.setdefault(triple.subject.value, []).append(triple)
    near = [triple for iri in sorted(iris) for triple in about.get(iri, ())]
    further = sorted(_named(near) - iris)
    yield from near
    yield from (triple for iri in further for triple in about.get(iri, ()))


def repaired_shapes(shapes: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield *shapes* so that a SHACL engine can apply them.

    The generated DCAT-AP files refer to property shapes that they do not define; those references are left out.
    GovData's dashboard has severities of its own; they become violations, but for those that only count.
    """
    defined = {triple.subject for triple in shapes}
    severity, property_ = ox.NamedNode(f"{SH}severity"), ox.NamedNode(f"{SH}property")
    for subject, predicate, value in dict.fromkeys(shapes):
        if predicate == property_ and value not in defined:
            continue
        if predicate == severity and isinstance(value, ox.NamedNode) and not value.value.startswith(SH):
            yield ox.Triple(subject, predicate, ox.NamedNode(f"{SH}Violation"))
            if re.search(r"#count_", value.value):
                yield ox.Triple(subject, ox.NamedNode(f"{SH}deactivated"), _TRUE)
        else:
            yield ox.Triple(subject, predicate, value)
