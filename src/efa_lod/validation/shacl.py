"""Validate graphs against SHACL shapes and say of each result where it stands and what to do.

pySHACL judges; ``tracing`` finds the way back from its results to what a person wrote. A pre-filter comes first and
spares pySHACL what no shape can find fault with (see ``prefilter``); pySHACL and rdflib are loaded only where something
is left to judge.
"""

import gc
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import pyoxigraph as ox

from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.expansion import Expansion, Statement, Unusable, of_triples, text_of
from efa_lod.model.publication import Publication
from efa_lod.model.records import UNUSABLE, RecordCheck
from efa_lod.model.results import Result, in_order
from efa_lod.rdf.graphs import Triples, graph_of, parsed_triples, record_statements, triples_of
from efa_lod.rdf.predicate_index import PredicateIndex
from efa_lod.validation.constraints import UnsupportedConstraint
from efa_lod.validation.prefilter import Prefilter
from efa_lod.validation.shacl_engine import Incomparable, shacl_results
from efa_lod.validation.tracing import Locate, Trace, in_rdf_file

if TYPE_CHECKING:
    import rdflib

_SH = "http://www.w3.org/ns/shacl#"
RECORD_SHAPES = ("shapes/record.ttl", "shapes/references.ttl")
"""What must hold in any graph of records: in each thing by itself, and where it refers to."""
DATASET_SHAPES = "shapes/dataset.ttl"
"""What must hold for the publication as a whole, such as that no state is missing."""
RECOMMENDED_SHAPES = "shapes/recommended.ttl"
"""What is recommended: warnings."""


class Engine(StrEnum):
    """What validates: pySHACL alone, or ``auto``: pySHACL, but for what the pre-filter clears."""

    AUTO = "auto"
    PYSHACL = "pyshacl"


class Shapes:
    """The shapes of some files of a publication, in the forms that engines read, each made when first needed."""

    def __init__(self, publication: Publication, files: Iterable[str], engine: Engine = Engine.AUTO) -> None:
        self._publication = publication
        self._files = tuple(files)
        self._engine = engine
        self._parts: dict[frozenset[str], rdflib.Graph] = {}

    def __getstate__(self) -> dict[str, object]:
        """Return what goes to another process: what the files say, from which the other forms are made there."""
        made = ("graph", "prefilter", "_by_subject")
        return {name: value for name, value in self.__dict__.items() if name not in made} | {"_parts": {}}

    @cached_property
    def triples(self) -> Triples:
        """Return what the files say."""
        return [
            triple
            for name in self._files
            for file in self._publication.shapes_files(name)
            for triple in parsed_triples(self._publication.read_chapter(file), ".ttl", file, self._publication.base_iri)
        ]

    @cached_property
    def graph(self) -> "rdflib.Graph":
        """Return the shapes as pySHACL reads them, without what is for readers."""
        return self._graph_of(self.triples)

    def graph_with(self, names: Collection[str]) -> "rdflib.Graph":
        """Return as pySHACL reads them those shapes whose *names*, as in statements, are given, and what they name."""
        key = frozenset(names)
        if key not in self._parts:
            found, waiting = set(key), [*key]
            while waiting:
                new = {str(triple.object) for triple in self._by_subject.get(waiting.pop(), ())} - found
                found |= new
                waiting += new
            self._parts = {key: self._graph_of(triple for triple in self.triples if str(triple.subject) in found)}
        return self._parts[key]

    def _graph_of(self, triples: Iterable[ox.Triple]) -> "rdflib.Graph":
        from efa_lod.rdf.single_graph import OneGraph

        return graph_of((triple for triple in triples if triple.predicate.value != _SH + "name"), OneGraph())

    @cached_property
    def _by_subject(self) -> Mapping[str, Triples]:
        found: dict[str, list[ox.Triple]] = {}
        for triple in self.triples:
            found.setdefault(str(triple.subject), []).append(triple)
        return found

    @cached_property
    def prefilter(self) -> Prefilter | None:
        """Return the pre-filter for these shapes, if that is wanted and possible."""
        if self._engine is Engine.PYSHACL:
            return None
        try:
            return Prefilter(of_triples(self.triples))
        except UnsupportedConstraint:
            return None


@dataclass(frozen=True)
class BatchValidation:
    """What a batch came to: what was found, and the records that can be expanded, with what each says and describes.

    *columns* hold what all of them say.
    """

    results: list[Result]
    documents: list[Document]
    statements: list[list[Statement]]
    described: list[list[str]]
    columns: PredicateIndex


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
            said = record_statements([document], context, self._expand_known)
            self._beside[context.resolve(document.value["id"])] = said
        self._seen_beside: dict[tuple[str, ...], tuple[list[Statement], PredicateIndex]] = {}

    def __call__(self, documents: Sequence[Document]) -> BatchValidation:
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
        columns = PredicateIndex(chain.from_iterable(statements), seen)
        results += self._against_shapes(usable, statements, beside, columns)
        return BatchValidation(in_order(results), usable, statements, described, columns)

    def _against_shapes(
        self,
        documents: list[Document],
        statements: list[list[Statement]],
        beside: list[Statement],
        columns: PredicateIndex,
    ) -> list[Result]:
        """Return what the shapes say of *documents*: pySHACL decides, but for what the pre-filter clears.

        It is asked about the records that are not cleared, against the shapes that they may break. Records with none
        *beside* them are a whole, which shapes may speak of: pySHACL sees all of it.
        """
        shapes: frozenset[str] | None = None
        if documents and (prefilter := self._shapes.prefilter):
            by_shape = prefilter.candidates_by_shape(columns)
            shapes = None if by_shape is None else frozenset(by_shape)
            if shapes == frozenset():
                return []
            if beside:
                candidates = None if by_shape is None else set().union(*by_shape.values())
                owners = _owners(candidates, statements, beside)
                documents, statements = [documents[i] for i in owners], [statements[i] for i in owners]
        return self._judged(documents, statements, beside, shapes) if documents else []

    def _without(self, documents: Iterable[Document]) -> tuple[list[Statement], PredicateIndex]:
        """Return what stands beside *documents* and is none of them, as statements and in columns."""
        given = {self._context.resolve(document.value["id"]) for document in documents}
        keys = tuple(key for key in self._beside if key in given)
        if keys not in self._seen_beside:
            said = [statement for key, said in self._beside.items() if key not in keys for statement in said]
            self._seen_beside = {keys: (said, PredicateIndex(said))}
        return self._seen_beside[keys]

    def _judged(
        self,
        documents: list[Document],
        statements: list[list[Statement]],
        beside: list[Statement],
        shapes: Collection[str] | None = None,
    ) -> list[Result]:
        """Return what pySHACL finds; values that cannot be compared cost only the record that has them a comparison.

        Only *shapes*, written as in statements, are asked where they are named.
        """
        triples = triples_of([*beside, *chain.from_iterable(statements)])
        trace = Trace(documents, self._context)
        try:
            is_whole = len(documents) == 1
            asked = self._shapes.graph if shapes is None else self._shapes.graph_with(shapes)
            found = list(shacl_results(triples, asked, trace.locate, is_whole))
            if beside:
                gc.collect()  # pySHACL leaves cycles of many megabytes behind, batch after batch
        except Incomparable:
            return [
                result
                for part in _parts(statements)
                for result in self._judged([documents[i] for i in part], [statements[i] for i in part], beside, shapes)
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
    """Return whether *term* is a literal whose text is none of those that its datatype has."""
    text, typed, datatype = term.rpartition("^^")
    if not typed or term[0] != '"':
        return False
    import rdflib

    return rdflib.Literal(text_of(text), datatype=rdflib.URIRef(datatype[1:-1])).ill_typed is True


def _owners(candidates: set[str] | None, statements: list[list[Statement]], beside: list[Statement]) -> Sequence[int]:
    """Return the positions of the records that describe one of *candidates*; all, where one is described by none.

    With a record come those that it refers to and that refer to it. What is described *beside* the records is not
    looked at: it is validated by itself.
    """
    if not candidates:
        return range(len(statements) if candidates is None else 0)
    owner = {subject: i for i, said in enumerate(statements) for subject, _, _ in said}
    if candidates - owner.keys() - {subject for subject, _, _ in beside}:
        return range(len(statements))
    return sorted(_with_neighbours({owner[thing] for thing in candidates & owner.keys()}, owner, statements))


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
    shapes: Sequence[str] | Shapes = (*RECORD_SHAPES, DATASET_SHAPES),
    beside: Sequence[Document] = (),
    engine: Engine = Engine.AUTO,
) -> tuple[list[Result], list[Statement]]:
    """Check *documents* and what they say against *shapes*, or the files of them; return results and statements.

    Nothing is reported of *beside*, records that *documents* refer to. While a record cannot be expanded, the shapes
    wait and there are no statements.
    """
    results = list(chain.from_iterable(map(RecordCheck(context), documents)))
    if any(result.rule in UNUSABLE for result in results):
        return in_order(results), []
    read = shapes if isinstance(shapes, Shapes) else Shapes(publication, shapes, engine)
    found = Validation(publication, context, read, beside)(documents)
    return in_order([*results, *found.results]), [statement for said in found.statements for statement in said]


def validate_rdf(
    triples: Triples, name: str, publication: Publication, context: Context, engine: Engine = Engine.AUTO
) -> list[Result]:
    """Check the *triples* of the RDF file *name* as they stand, with no records beside them."""
    shapes = Shapes(publication, (*RECORD_SHAPES, RECOMMENDED_SHAPES), engine)
    return rdf_results(triples, shapes, in_rdf_file(name, context))


def rdf_results(triples: Triples, shapes: Shapes, locate: Locate) -> list[Result]:
    """Return what *shapes* find in *triples*, in order: pySHACL is asked, unless the pre-filter clears all of them."""
    has_only_terms = not any(isinstance(triple.object, ox.Triple) for triple in triples)
    prefilter = shapes.prefilter if has_only_terms else None
    if prefilter and prefilter.candidates(PredicateIndex(of_triples(triples))) == set():
        return []
    return in_order(shacl_results(triples, shapes.graph, locate))
