"""Make the page of the shapes: what must hold, and whom each looks at; each shape has its local name as anchor."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import pyoxigraph as ox

from efa_lod.model.languages import Texts
from efa_lod.model.publication import Publication
from efa_lod.rdf.formats import OutputFile
from efa_lod.rdf.graphs import parsed_triples
from efa_lod.site.page import DOCUMENTS, Site, pages
from efa_lod.site.releases import last_changes_of_vocabulary
from efa_lod.site.terms import Resource, resources, vocabulary_head

_DCT, _SH = "http://purl.org/dc/terms/", "http://www.w3.org/ns/shacl#"
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_LINKS = ("property", "node", "not", "qualifiedValueShape", "sparql")
"""How a shape uses another."""


@dataclass(frozen=True)
class Shape:
    """A shape: what it is called, the message that a breach shows, whom it looks at, how much a breach weighs."""

    name: str
    label: Texts
    message: Texts
    targets: tuple[tuple[str, str], ...]
    path: str
    severity: str
    parents: tuple[str, ...]


@dataclass(frozen=True)
class ShapesFile:
    """A file of shapes with its title and what it is for, its shapes by what they are about."""

    name: str
    title: Texts
    text: Texts
    groups: Mapping[str, list[Shape]]
    iri: str
    triples: Sequence[ox.Triple]


def shapes_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the page of the shapes."""
    files = list(shapes_files(site.publication))
    heads = {file.iri for file in files}
    triples = [triple for file in files for triple in file.triples]
    values = {
        "files": files,
        "changes": site.derived(last_changes_of_vocabulary),
        "data": vocabulary_head(site, triples, heads),
        "alternates": [(f"shapes{suffix}", media_type, name) for suffix, media_type, name in DOCUMENTS[:1]],
    }
    yield from pages(site, "shapes.html", "shapes.html", values)


def shapes_files(publication: Publication) -> Iterator[ShapesFile]:
    """Yield the files of shapes of *publication* with what each of them checks."""
    base = publication.base_iri
    for path in publication.glob("shapes/*.ttl"):
        triples = parsed_triples(publication.read_shapes(path), ".ttl", path, base)
        found = resources(triples)
        iri_of_file = f"{base}shapes/{PurePath(path).stem}"
        head = found.get(iri_of_file, Resource(iri_of_file))
        parents = _parents(found)
        groups: dict[str, list[Shape]] = {}
        for iri, one in found.items():
            if iri.startswith(f"{base}shapes#"):
                shape = _shape(iri, one, parents.get(iri, []))
                groups.setdefault(shape.name.partition("-")[0], []).append(shape)
        texts = head.texts(f"{_DCT}title"), head.texts(f"{_DCT}description")
        yield ShapesFile(path, *texts, groups, iri_of_file, triples)


def _parents(found: Mapping[str, Resource]) -> Mapping[str, list[str]]:
    """Return for each shape the names of the shapes that use it."""
    parents: dict[str, list[str]] = {}
    for iri, one in found.items():
        for used in dict.fromkeys(used for link in _LINKS for used in one.iris(_SH + link)):
            parents.setdefault(used, []).append(iri.partition("#")[2])
    return parents


def _shape(iri: str, one: Resource, parents: Sequence[str]) -> Shape:
    return Shape(
        name=iri.partition("#")[2],
        label=one.texts(f"{_SH}name"),
        message=one.texts(f"{_SH}message"),
        targets=tuple((kind, value) for kind in _TARGETS for value in one.plain(_SH + kind)),
        path="".join(one.iris(f"{_SH}path")[:1]),
        severity="".join(one.iris(f"{_SH}severity")[:1]).removeprefix(_SH),
        parents=tuple(parents),
    )
