"""Validate graphs against SHACL shapes and say of each result where it stands and what to do.

pySHACL judges. Its results are traced back from the IRI and property they speak of to file, line and key, when the
graph was made from records; of any other RDF file only its name is known.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from efa_lod.context import RDF_TYPE, Context
from efa_lod.publication import Publication
from efa_lod.rdf import Triples, graph_of, parsed_triples, record_triples
from efa_lod.reading import Document, KeyPath, Place
from efa_lod.records import UNUSABLE, RecordCheck, key_text, things
from efa_lod.results import Result, Severity, in_order

if TYPE_CHECKING:
    import rdflib

SH = "http://www.w3.org/ns/shacl#"
RECORD_SHAPES = "shapes/record.ttl"
"""What must hold in any graph of records."""
DATASET_SHAPES = "shapes/dataset.ttl"
"""What must hold for the publication as a whole, such as that no state is missing."""
RECOMMENDED_SHAPES = "shapes/recommended.ttl"
"""What is recommended: warnings. One of them asks the clock, so what is written must not depend on them."""

_SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}


def shapes_graph(publication: Publication, files: Iterable[str]) -> "rdflib.Graph":
    """Return the shapes of the publication's *files* as one graph."""
    triples = (
        triple
        for file in files
        for triple in parsed_triples(publication.read(file), Path(file).suffix, file, publication.base_iri)
    )
    return graph_of(triples)


def validate_records(
    documents: Sequence[Document],
    publication: Publication,
    context: Context,
    shapes: Sequence[str] = (RECORD_SHAPES, DATASET_SHAPES),
    beside: Sequence[Document] = (),
) -> tuple[list[Result], Triples]:
    """Check *documents* and what they say against the files of *shapes*; return the results and the triples.

    *beside* are records that *documents* refer to; nothing is reported of them. A record that cannot be turned into
    triples is left out of them, and its own results say why.
    """
    check = RecordCheck(context)
    found = {id(document): check(document) for document in documents}
    results = [result for one in found.values() for result in one]
    usable = [document for document in documents if not any(r.rule in UNUSABLE for r in found[id(document)])]
    given = {context.resolve(document.value["id"]) for document in usable}
    others = [document for document in beside if context.resolve(document.value["id"]) not in given]
    triples = record_triples([*usable, *others], context)
    trace = Trace(usable, context)
    found_by_shapes = shacl_results(triples, shapes_graph(publication, shapes), trace.locate)
    results += (result for result in found_by_shapes if not others or result.focus in trace)
    return in_order(results), triples


def validate_rdf(triples: Triples, name: str, publication: Publication, context: Context) -> list[Result]:
    """Check the *triples* of the RDF file *name* as they stand, with no records beside them."""

    def locate(focus: str, path: str | None, value: str | None) -> tuple[Place, str]:
        subject = context.compact(focus)
        return Place(name), f"{subject} {context.compact(path)}" if path else subject

    return in_order(shacl_results(triples, shapes_graph(publication, (RECORD_SHAPES, RECOMMENDED_SHAPES)), locate))


Locate = Callable[[str, str | None, str | None], tuple[Place, str]]
"""Gives place and key of a result, from its focus node, the first step of its path, and its value."""


def shacl_results(triples: Triples, shapes: "rdflib.Graph", locate: Locate) -> Iterator[Result]:
    """Yield what pySHACL finds when *triples* are held against *shapes*; *locate* gives place and key of each."""
    import pyshacl

    conforms, report, text = pyshacl.validate(graph_of(triples), shacl_graph=shapes, inplace=True, inference=None)
    if isinstance(report, Exception | bytes | str):  # pySHACL hands some errors out instead of raising them
        raise RuntimeError(f"the shapes cannot be applied: {text}")
    if conforms:
        return
    from rdflib import URIRef

    for node in report.subjects(URIRef(SH + "focusNode")):
        yield _result(report, node, locate)


def _result(report: Any, node: Any, locate: Locate) -> Result:
    """Return the result that *node* of a SHACL report stands for."""
    from rdflib import URIRef

    def one(name: str) -> Any:
        return report.value(node, URIRef(SH + name))

    focus, shape, value = str(one("focusNode")), one("sourceShape"), one("value")
    path = _first_step(report, one("resultPath"))
    place, key = locate(focus, path, None if value is None else str(value))
    messages = {m.language or "en": str(m) for m in report.objects(node, URIRef(SH + "resultMessage"))}
    return Result(
        severity=_SEVERITIES[str(one("resultSeverity")).removeprefix(SH)],
        place=place,
        key=key,
        found="" if value is None else str(value),
        messages=messages,
        rule=str(shape).rpartition("#")[2],
        focus=focus,
        source_shape=str(shape),
    )


def _first_step(report: Any, path: Any) -> str | None:
    """Return the property that a SHACL *path* begins with; an inverse step is marked with ``^``."""
    from rdflib import RDF, BNode, URIRef

    while isinstance(path, BNode):
        if inverse := report.value(path, URIRef(SH + "inversePath")):
            return f"^{inverse}"
        path = report.value(path, RDF.first)
    return None if path is None else str(path)


@dataclass(frozen=True)
class _Origin:
    """Where a thing is described: its document, the way to it, and the mapping itself."""

    document: Document
    path: KeyPath
    thing: Mapping[str, Any]


class Trace:
    """The way back from RDF to the records: from a focus node and a property to file, line and key."""

    def __init__(self, documents: Iterable[Document], context: Context) -> None:
        self._documents = documents
        self._context = context
        self._origins: dict[str, _Origin] | None = None

    @property
    def origins(self) -> dict[str, _Origin]:
        """Return where each thing is described, by IRI; found when first asked for."""
        if self._origins is None:
            self._origins = {
                self._context.resolve(thing["id"]): _Origin(document, path, thing)
                for document in self._documents
                for path, thing in things(document)
            }
        return self._origins

    def __contains__(self, iri: str) -> bool:
        return iri in self.origins

    def locate(self, focus: str, path: str | None, value: str | None) -> tuple[Place, str]:
        """Return place and key of the *value* that *focus* has for the property *path*, or of what comes nearest."""
        origin = self.origins.get(focus)
        if origin is None:
            return Place("data"), self._context.compact(focus)
        way = origin.path
        if name := self._key_for(origin.thing, path):
            way = (*way, name, *self._step(origin.thing.get(name), name, value))
        return origin.document.place_of(way), key_text(way)

    def _key_for(self, thing: Mapping[str, Any], path: str | None) -> str | None:
        """Return the key for property *path*: the one that *thing* has, else the first that the context has."""
        if path is None:
            return None
        if path == RDF_TYPE:
            return "type"
        keys = [key.name for key in self._context.keys.values() if path == ("^" if key.reverse else "") + key.iri]
        return next((name for name in keys if name in thing), keys[0] if keys else None)

    def _step(self, held: Any, name: str, value: str | None) -> KeyPath:
        """Return the step from the key *name* to *value* among what is *held* there: a position, a language or none."""
        if isinstance(held, dict):
            return next(((tag,) for tag, text in held.items() if text == value), ())
        if isinstance(held, list) and value is not None:
            return next(((i,) for i, member in enumerate(held) if value in self._meanings(member, name)), ())
        return ()

    def _meanings(self, member: Any, name: str) -> set[str]:
        """Return the IRIs or texts that *member* of the list under the key *name* may mean."""
        if isinstance(member, dict):
            return {self._context.resolve(member["id"])}
        key = self._context.keys.get(name)
        return {member, self._context.resolve(member), (key.vocabulary if key else "") + member}
