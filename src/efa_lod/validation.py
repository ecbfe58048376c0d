"""Validate graphs against SHACL shapes and say of each result where it stands and what to do.

pySHACL judges; ``tracing`` finds the way back from its results to what a person wrote.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from efa_lod.context import Context
from efa_lod.publication import Publication
from efa_lod.rdf import Triples, graph_of, parsed_triples, record_triples
from efa_lod.reading import Document
from efa_lod.records import UNUSABLE, RecordCheck
from efa_lod.results import Result, Severity, in_order
from efa_lod.tracing import Locate, Trace, in_rdf_file

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
        if triple.predicate.value != SH + "name"  # for readers of the shapes, not for the engine
    )
    from efa_lod.memory import OneGraph

    return graph_of(triples, OneGraph())


def validate_records(
    documents: Sequence[Document],
    publication: Publication,
    context: Context,
    shapes: Sequence[str] = (RECORD_SHAPES, DATASET_SHAPES),
    beside: Sequence[Document] = (),
) -> tuple[list[Result], Triples]:
    """Check *documents* and what they say against the files of *shapes*; return the results and the triples.

    *beside* are records that *documents* refer to; nothing is reported of them. While a record cannot be turned into
    triples, there are none, and the shapes wait: they would only report what is missing because of it.
    """
    check = RecordCheck(context)
    results = [result for document in documents for result in check(document)]
    if any(result.rule in UNUSABLE for result in results):
        return in_order(results), []
    given = {context.resolve(document.value["id"]) for document in documents}
    others = [document for document in beside if context.resolve(document.value["id"]) not in given]
    triples = record_triples([*documents, *others], context)
    trace = Trace(documents, context)
    found_by_shapes = shacl_results(triples, shapes_graph(publication, shapes), trace.locate)
    results += (result for result in found_by_shapes if not others or result.place in trace)
    return in_order(results), triples


def validate_rdf(triples: Triples, name: str, publication: Publication, context: Context) -> list[Result]:
    """Check the *triples* of the RDF file *name* as they stand, with no records beside them."""
    shapes = shapes_graph(publication, (RECORD_SHAPES, RECOMMENDED_SHAPES))
    return in_order(shacl_results(triples, shapes, in_rdf_file(name, context)))


def shacl_results(triples: Triples, shapes: "rdflib.Graph", locate: Locate) -> Iterator[Result]:
    """Yield what pySHACL finds when *triples* are held against *shapes*; *locate* gives place and key of each."""
    from efa_lod.memory import OneGraph

    conforms, report = _validated(graph_of(triples, OneGraph()), shapes)
    if conforms:
        return
    from rdflib import URIRef

    for node in report.objects(None, URIRef(SH + "result")):  # not what stands under sh:detail
        yield _result(report, node, locate)


def _validated(data: "rdflib.Graph", shapes: "rdflib.Graph") -> tuple[bool, Any]:
    """Return whether *data* conforms to *shapes*, and the report.

    Where two values cannot be compared, pySHACL 0.40 stops with a TypeError instead of reporting the pair (SHACL
    4.5.4). Then the values are compared no more; that one of them is no date is reported by its own datatype.
    """
    import pyshacl
    from rdflib import URIRef

    try:
        conforms, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True, inference=None)
    except TypeError:
        for name in ("lessThan", "lessThanOrEquals"):
            shapes.remove((None, URIRef(SH + name), None))
        conforms, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True, inference=None)
    if isinstance(report, Exception | bytes | str):  # pySHACL hands some errors out instead of raising them
        raise RuntimeError(f"the shapes cannot be applied: {text}")
    return conforms, report


def _result(report: Any, node: Any, locate: Locate) -> Result:
    """Return the result that *node* of a SHACL report stands for."""
    from rdflib import URIRef

    def one(name: str) -> Any:
        return report.value(node, URIRef(SH + name))

    focus, shape, value = str(one("focusNode")), one("sourceShape"), one("value")
    path = _first_step(report, one("resultPath"))
    place, key, found = locate(focus, path, None if value is None else str(value))
    messages = {m.language or "en": str(m) for m in report.objects(node, URIRef(SH + "resultMessage"))}
    return Result(
        severity=_SEVERITIES[str(one("resultSeverity")).removeprefix(SH)],
        place=place,
        key=key,
        found=found,
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
