"""Ask pySHACL: hold triples against shapes, and read its report.

pySHACL and rdflib are loaded only when something is asked.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from efa_lod.errors import EfaLodError
from efa_lod.io.messages import Messages, reason
from efa_lod.model.results import Result, Severity
from efa_lod.rdf.graphs import Triples, graph_of
from efa_lod.validation.tracing import Locate

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

_ERRORS = Messages(__file__, "errors")
_SH = "http://www.w3.org/ns/shacl#"
_SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}


def shacl_results(triples: Triples, shapes: "rdflib.Graph", locate: Locate, whole: bool = True) -> Iterator[Result]:
    """Yield what pySHACL finds when *triples* are held against *shapes*; *locate* gives place and key of each.

    Where two values cannot be compared, raise Incomparable, or if *triples* are the *whole*, compare none of them: that
    one of them is no date is reported by its own datatype.
    """
    from rdflib import URIRef

    from efa_lod.rdf.single_graph import OneGraph

    nameless = any(isinstance(node, ox.BlankNode) for triple in triples for node in (triple.subject, triple.object))

    def data() -> "rdflib.Graph":
        """Return the graph; of a blank node pySHACL wants to know which graph it is in, which OneGraph does not say."""
        return graph_of(triples, None if nameless else OneGraph())

    try:
        conforms, report = _validated(data(), shapes)
    except Incomparable:
        if not whole:
            raise
        conforms, report = _validated(data(), _without_comparisons(shapes))
    if not conforms:
        for node in report.objects(None, URIRef(_SH + "result")):  # not what stands under sh:detail
            yield _result(report, node, locate)


class Incomparable(EfaLodError):
    """Two values that a shape compares are no values that can be compared."""


def _validated(data: "rdflib.Graph", shapes: "rdflib.Graph") -> tuple[bool, "rdflib.Graph"]:
    """Return whether *data* conforms to *shapes*, and the report.

    pySHACL 0.40 should report a pair of values that cannot be compared (SHACL 4.5.4). Instead it stops with a
    TypeError, or, up to Python 3.13, takes rdflib's NotImplemented for yes. Raise Incomparable for both.
    """
    import warnings

    import pyshacl

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "NotImplemented should not be used", DeprecationWarning)
            conforms, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True, inference=None)
    except (TypeError, DeprecationWarning) as error:
        raise Incomparable(*reason(error)) from error
    except Exception as error:  # what broken shapes make pySHACL, or a query in them rdflib, raise
        raise _ERRORS.broken("shapes-unusable", reason=reason(error)) from error
    if isinstance(report, Exception | bytes | str):  # pySHACL hands some errors out instead of raising them
        raise _ERRORS.broken("shapes-refused", reason=(text, "pySHACL lehnt sie ab"))
    return conforms, report


def _without_comparisons(shapes: "rdflib.Graph") -> "rdflib.Graph":
    """Return a copy of *shapes* in which no value is compared with another."""
    import rdflib

    compared = {rdflib.URIRef(_SH + name) for name in ("lessThan", "lessThanOrEquals")}
    copy = rdflib.Graph()
    for triple in shapes:
        if triple[1] not in compared:
            copy.add(triple)
    return copy


def _result(report: "rdflib.Graph", node: "Node", locate: Locate) -> Result:
    """Return the result that *node* of a SHACL report stands for; a message that is an IRI tells nobody anything."""
    from rdflib import BNode, Literal, URIRef

    def text(term: object) -> str:
        return f"_:{term}" if isinstance(term, BNode) else str(term)

    def one(name: str) -> "Node | None":
        return report.value(node, URIRef(_SH + name))

    focus, shape, value = text(one("focusNode")), one("sourceShape"), one("value")
    path = _first_step(report, one("resultPath"))
    place, key, found = locate(focus, path, None if value is None else text(value))
    told = [m for m in report.objects(node, URIRef(_SH + "resultMessage")) if isinstance(m, Literal)]
    messages = {message.language or "en": str(message) for message in told}
    return Result(
        severity=_SEVERITIES.get(str(one("resultSeverity")).removeprefix(_SH), Severity.VIOLATION),
        place=place,
        key=key,
        found=found,
        messages=messages,
        rule=str(shape).rpartition("#")[2],
        focus=focus,
        source_shape=str(shape),
    )


def _first_step(report: "rdflib.Graph", path: "Node | None") -> str | None:
    """Return the property that a SHACL *path* begins with; an inverse step is marked with ``^``."""
    from rdflib import RDF, BNode, URIRef

    while isinstance(path, BNode):
        if inverse := report.value(path, URIRef(_SH + "inversePath")):
            return f"^{inverse}"
        path = report.value(path, RDF.first)
    return None if path is None else str(path)
