"""Validate graphs against SHACL shapes and say of each result where it stands and what to do.

pySHACL judges; ``tracing`` finds the way back from its results to what a person wrote. Where there are many records, a
fast look comes first and spares pySHACL those that are above suspicion (see ``screening``).
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from efa_lod.errors import BrokenInput, EfaLodError
from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.expansion import Expansion, Statement, Unusable, of_triples, text_of
from efa_lod.model.publication import Publication
from efa_lod.model.records import UNUSABLE, RecordCheck
from efa_lod.model.results import Result, Severity, in_order
from efa_lod.rdf.graphs import Triples, graph_of, parsed_triples, record_statements, triples_of
from efa_lod.rdf.predicate_index import Columns
from efa_lod.validation.prefilter import Screen, Unscreenable
from efa_lod.validation.tracing import Locate, Trace, in_rdf_file

if TYPE_CHECKING:
    import rdflib

SH = "http://www.w3.org/ns/shacl#"
RECORD_SHAPES = "shapes/record.ttl"
"""What must hold in any graph of records."""
DATASET_SHAPES = "shapes/dataset.ttl"
"""What must hold for the publication as a whole, such as that no state is missing."""
RECOMMENDED_SHAPES = "shapes/recommended.ttl"
"""What is recommended: warnings."""

_SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}


class Engine(StrEnum):
    """What validates: pySHACL alone, or ``auto``: of many records, it is spared those that a fast look clears."""

    AUTO = "auto"
    PYSHACL = "pyshacl"


MANY = 20_000
"""Triples of an RDF file from which on a fast look is worth its while; below, pySHACL sees all."""


class Shapes:
    """The shapes of some files of a publication, in the forms that engines read, each made when first needed."""

    def __init__(self, publication: Publication, files: Iterable[str], engine: Engine = Engine.AUTO) -> None:
        self._publication = publication
        self._files = tuple(files)
        self._engine = engine

    def __getstate__(self) -> dict[str, Any]:
        """Return what goes to another process: what the files say, from which the other forms are made there."""
        return {name: value for name, value in self.__dict__.items() if name not in ("graph", "screen")}

    @cached_property
    def triples(self) -> Triples:
        """Return what the files say."""
        return [
            triple
            for file in self._files
            for triple in parsed_triples(
                self._publication.read(file), Path(file).suffix, file, self._publication.base_iri
            )
        ]

    @cached_property
    def graph(self) -> "rdflib.Graph":
        """Return the shapes as pySHACL reads them, without what is for readers."""
        from efa_lod.rdf.single_graph import OneGraph

        return graph_of((triple for triple in self.triples if triple.predicate.value != SH + "name"), OneGraph())

    @cached_property
    def screen(self) -> Screen | None:
        """Return what looks at many records with these shapes, if that is wanted and possible."""
        if self._engine is Engine.PYSHACL:
            return None
        try:
            return Screen(of_triples(self.triples))
        except Unscreenable:
            return None


@dataclass(frozen=True)
class Validated:
    """What a batch came to: what was found, and the records that can be expanded, with what each says and describes.

    *columns* hold what all of them say.
    """

    results: list[Result]
    documents: list[Document]
    statements: list[list[Statement]]
    described: list[list[str]]
    columns: Columns


class Validation:
    """Validate batches of records, each beside the records that all of them share.

    Nothing is remembered between batches, so they may be validated in any order and in several processes. What spans
    batches – identifiers given twice – is the matter of ``identifiers``. Raise BrokenInput when a record that is shared
    cannot be expanded.
    """

    def __init__(
        self, publication: Publication, context: Context, shapes: Shapes, beside: Sequence[Document] = ()
    ) -> None:
        self._context = context
        self._shapes = shapes
        self._expand = Expansion(context, strict=True)
        self._expand_known = Expansion(context)
        self._beside: dict[str, list[Statement]] = {}
        for document in beside:
            said = record_statements([document], context)
            self._beside[context.resolve(document.value["id"])] = said
        self._seen_beside: dict[tuple[str, ...], tuple[list[Statement], Columns]] = {}

    def __call__(self, documents: Sequence[Document]) -> Validated:
        """Return what is found in *documents*, in order; raise BrokenInput where a value has an impossible form."""
        results: list[Result] = []
        usable: list[Document] = []
        statements: list[list[Statement]] = []
        described: list[list[str]] = []
        for document in documents:
            expand = self._expand
            try:
                said = expand(document.value)
            except Unusable as reason:
                found = RecordCheck(self._context)(document)
                results += found
                if any(result.rule in UNUSABLE for result in found):
                    continue
                if not found:
                    raise AssertionError(f"{document.place}: {reason}") from reason
                expand = self._expand_known
                said = expand(document.value)
            usable.append(document)
            statements.append(said)
            described.append([*expand.described])
        beside, seen = self._without(usable)
        columns = Columns(chain.from_iterable(statements), seen)
        results += self._against_shapes(usable, statements, beside, columns)
        return Validated(in_order(results), usable, statements, described, columns)

    def _against_shapes(
        self,
        documents: list[Document],
        statements: list[list[Statement]],
        beside: list[Statement],
        columns: Columns,
    ) -> list[Result]:
        """Return what the shapes say of *documents*: pySHACL decides, of streamed records only what is suspicious.

        Records with none *beside* them are a whole, which shapes may speak of; pySHACL sees all of it.
        """
        if documents and beside and (screen := self._shapes.screen):
            suspicious = _owners(screen.suspects(columns), statements, beside)
            documents = [documents[i] for i in suspicious]
            statements = [statements[i] for i in suspicious]
        return self._judged(documents, statements, beside) if documents else []

    def _without(self, documents: Iterable[Document]) -> tuple[list[Statement], Columns]:
        """Return what stands beside *documents* and is none of them, as statements and in columns."""
        given = {self._context.resolve(document.value["id"]) for document in documents}
        keys = tuple(key for key in self._beside if key in given)
        if keys not in self._seen_beside:
            said = [statement for key, said in self._beside.items() if key not in keys for statement in said]
            self._seen_beside = {keys: (said, Columns(said))}
        return self._seen_beside[keys]

    def _judged(
        self, documents: list[Document], statements: list[list[Statement]], beside: list[Statement]
    ) -> list[Result]:
        """Return what pySHACL finds; values that cannot be compared cost only the record that has them a comparison."""
        triples = triples_of([*beside, *chain.from_iterable(statements)])
        trace = Trace(documents, self._context)
        try:
            found = list(shacl_results(triples, self._shapes.graph, trace.locate, whole=len(documents) == 1))
            if beside:
                gc.collect()  # pySHACL leaves cycles of many megabytes behind, batch after batch
        except Incomparable:
            return [
                result
                for part in _parts(statements)
                for result in self._judged([documents[i] for i in part], [statements[i] for i in part], beside)
            ]
        return [result for result in found if not beside or result.place in trace]


def _parts(statements: list[list[Statement]]) -> list[Sequence[int]]:
    """Return the positions of records to be judged apart, since values in one of them cannot be compared.

    Those with a value that its datatype does not have are alone; where there is none, the records are halved.
    """
    odd = [i for i, said in enumerate(statements) if any(map(_is_ill_typed, {value for _, _, value in said}))]
    if not odd or len(statements) == 1:
        middle = len(statements) // 2
        return [range(middle), range(middle, len(statements))]
    rest = [i for i in range(len(statements)) if i not in odd]
    return [rest, *([i] for i in odd)] if rest else [[i] for i in odd]


def _is_ill_typed(term: str) -> bool:
    """Tell whether *term* is a literal whose text is none of those that its datatype has."""
    text, typed, datatype = term.rpartition("^^")
    if not typed or term[0] != '"':
        return False
    import rdflib

    return rdflib.Literal(text_of(text), datatype=rdflib.URIRef(datatype[1:-1])).ill_typed is True


def _owners(suspects: set[str] | None, statements: list[list[Statement]], beside: list[Statement]) -> Sequence[int]:
    """Return the positions of the records that describe one of *suspects*; all, where one is described by none.

    With a record come those that it refers to and that refer to it. What is described *beside* the records is not
    looked at: it is validated by itself.
    """
    if not suspects:
        return range(len(statements) if suspects is None else 0)
    owner = {subject: i for i, said in enumerate(statements) for subject, _, _ in said}
    if suspects - owner.keys() - {subject for subject, _, _ in beside}:
        return range(len(statements))
    return sorted(_with_neighbours({owner[thing] for thing in suspects & owner.keys()}, owner, statements))


def _with_neighbours(found: set[int], owner: dict[str, int], statements: list[list[Statement]]) -> set[int]:
    """Return *found*, positions of records, and those that they are joined with by what they say of each other."""
    joined: dict[int, set[int]] = {}
    for i, said in enumerate(statements):
        others = {owner[term] for subject, _, value in said for term in (subject, value) if term in owner} - {i}
        for other in others:
            joined.setdefault(i, set()).add(other)
            joined.setdefault(other, set()).add(i)
    reached, waiting = set(found), [*found]
    while waiting:
        new = joined.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def validate_records(
    documents: Sequence[Document],
    publication: Publication,
    context: Context,
    shapes: Sequence[str] = (RECORD_SHAPES, DATASET_SHAPES),
    beside: Sequence[Document] = (),
    engine: Engine = Engine.AUTO,
) -> tuple[list[Result], list[Statement]]:
    """Check *documents* and what they say against the files of *shapes*; return the results and the statements.

    *beside* are records that *documents* refer to; nothing is reported of them. While a record cannot be expanded,
    there are no statements, and the shapes wait: they would only report what is missing because of it.
    """
    check = RecordCheck(context)
    results = [result for document in documents for result in check(document)]
    if any(result.rule in UNUSABLE for result in results):
        return in_order(results), []
    found = Validation(publication, context, Shapes(publication, shapes, engine), beside)(documents)
    return in_order([*results, *found.results]), [statement for said in found.statements for statement in said]


def validate_rdf(
    triples: Triples, name: str, publication: Publication, context: Context, engine: Engine = Engine.AUTO
) -> list[Result]:
    """Check the *triples* of the RDF file *name* as they stand, with no records beside them."""
    shapes = Shapes(publication, (RECORD_SHAPES, RECOMMENDED_SHAPES), engine)
    return rdf_results(triples, shapes, in_rdf_file(name, context))


def rdf_results(triples: Triples, shapes: Shapes, locate: Locate) -> list[Result]:
    """Return what *shapes* find in *triples*, in order: pySHACL is asked, but not of MANY triples above suspicion."""
    if len(triples) > MANY and shapes.screen and shapes.screen.suspects(Columns(of_triples(triples))) == set():
        return []
    return in_order(shacl_results(triples, shapes.graph, locate))


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
        for node in report.objects(None, URIRef(SH + "result")):  # not what stands under sh:detail
            yield _result(report, node, locate)


class Incomparable(EfaLodError):
    """Two values that a shape compares are no values that can be compared."""


def _validated(data: "rdflib.Graph", shapes: "rdflib.Graph") -> tuple[bool, Any]:
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
        raise Incomparable(str(error)) from error
    except Exception as error:  # what broken shapes make pySHACL, or a query in them rdflib, raise
        raise BrokenInput(f"the shapes cannot be applied: {error}") from error
    if isinstance(report, Exception | bytes | str):  # pySHACL hands some errors out instead of raising them
        raise BrokenInput(f"the shapes cannot be applied: {text}")
    return conforms, report


def _without_comparisons(shapes: "rdflib.Graph") -> "rdflib.Graph":
    """Return a copy of *shapes* in which no value is compared with another."""
    import rdflib

    compared = {rdflib.URIRef(SH + name) for name in ("lessThan", "lessThanOrEquals")}
    copy = rdflib.Graph()
    for triple in shapes:
        if triple[1] not in compared:
            copy.add(triple)
    return copy


def _result(report: Any, node: Any, locate: Locate) -> Result:
    """Return the result that *node* of a SHACL report stands for; a message that is an IRI tells nobody anything."""
    from rdflib import BNode, Literal, URIRef

    def text(term: Any) -> str:
        return f"_:{term}" if isinstance(term, BNode) else str(term)

    def one(name: str) -> Any:
        return report.value(node, URIRef(SH + name))

    focus, shape, value = text(one("focusNode")), one("sourceShape"), one("value")
    path = _first_step(report, one("resultPath"))
    place, key, found = locate(focus, path, None if value is None else text(value))
    told = [m for m in report.objects(node, URIRef(SH + "resultMessage")) if isinstance(m, Literal)]
    messages = {message.language or "en": str(message) for message in told}
    return Result(
        severity=_SEVERITIES.get(str(one("resultSeverity")).removeprefix(SH), Severity.VIOLATION),
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
