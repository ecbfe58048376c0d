"""What is fuzzed: for each kind of input a function that takes it as a user's file would be taken.

A target returns, or raises one of our own errors, which it catches itself. Whatever else comes out of it is a finding:
another exception, a result that contradicts another part of the program, or an engine that brings the process down.
Both drivers, ``test_fuzz`` and ``coverage_guided``, call the same targets.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from itertools import islice
from typing import Any

import pyoxigraph as ox

from efa_lod.catalog.dcat import catalogue, check_catalogue
from efa_lod.catalog.offers import Contents, contents
from efa_lod.errors import EfaLodError
from efa_lod.io.reading import READERS, Document, Place
from efa_lod.model.context import Context, read_context
from efa_lod.model.expansion import Expansion, Statement, Unusable, of_triples
from efa_lod.model.publication import Publication, _check, read_publication
from efa_lod.model.records import RecordCheck, publication_records, with_context
from efa_lod.model.results import Result, Severity, conforms
from efa_lod.model.settings_check import check_catalogue_settings
from efa_lod.overview.completeness import coverage
from efa_lod.overview.drafting import drafted
from efa_lod.overview.due import due_records
from efa_lod.overview.outside import known_outside, outside_changes, read_outside
from efa_lod.overview.page import OverviewPage, read_page
from efa_lod.overview.recognition import items, status_of
from efa_lod.overview.watching import recorded_rows, row_changes
from efa_lod.rdf.file_forms import RDF_SUFFIXES
from efa_lod.rdf.formats import BY_NAME, DUMPS, RecordBatch
from efa_lod.rdf.graphs import graph_of, parsed_triples, triples_of
from efa_lod.rdf.predicate_index import PredicateIndex
from efa_lod.sparql.answers import FORMATS, TEXT_FORMATS, rendered
from efa_lod.sparql.parameters import term
from efa_lod.sparql.queries import answer, known_prefixes, publication_store
from efa_lod.validation.advice import advice_on
from efa_lod.validation.constraints import UnsupportedConstraint
from efa_lod.validation.prefilter import Prefilter
from efa_lod.validation.reports import REPORTS
from efa_lod.validation.shacl import RECORD_SHAPES, Engine, validate_records
from efa_lod.validation.shacl_engine import shacl_results
from efa_lod.validation.tracing import Trace, in_rdf_file

BINARY_FORMATS = ("turtle", "json-ld", "n-triples", "rdf-xml")
"""The dumps that hold the whole graph, each of which must say the same."""
DAY = date(2026, 11, 23)


class Finding(AssertionError):
    """Two parts of the program contradict each other."""


@cache
def publication() -> Publication:
    """Return the packaged publication."""
    return read_publication()


@cache
def context() -> Context:
    """Return its context."""
    return read_context(publication())


@cache
def records() -> tuple[Document, ...]:
    """Return its records."""
    return tuple(publication_records(publication()))


@cache
def facts() -> Contents:
    """Return what its catalogue tells of its records."""
    documents = list(records())
    return contents(publication(), documents, expanded(documents, context()))


@cache
def store() -> ox.Store:
    """Return a small store, in which no question takes long."""
    small = ox.Store()
    small.extend(islice(publication_store(publication(), context()), 60))
    return small


def expanded(documents: Iterable[Document], meaning: Context) -> list[Statement]:
    """Return what *documents* say under the context *meaning*."""
    expansion = Expansion(meaning)
    return [statement for document in documents for statement in expansion(document.value)]


def one_line(error: EfaLodError) -> None:
    """Hold an error to its promise: one line that can be shown."""
    text = str(error)
    if not text or not text.isprintable():
        raise Finding(f"not one line that can be shown: {text!r}")
    text.encode()


def reader(data: bytes, suffix: str = ".yaml") -> None:
    """Read *data* as a file of records that ends in *suffix*."""
    for document in _documents(data, suffix):
        for path in ((), *document.lines, ("none", 7)):
            document.place_of(path)


def _documents(data: bytes, suffix: str) -> list[Document]:
    found: list[Document] = []
    try:
        found += READERS[suffix](BytesIO(data), "x")
    except EfaLodError as error:
        one_line(error)
    return found


def record_file(data: bytes, suffix: str = ".yaml") -> None:
    """Read *data* as records and take each all the way to the dumps."""
    for document in _documents(data, suffix):
        record(document)


def record(document: Document) -> None:
    """Check *document* and, as far as it can be expanded, write it in all formats and read these again."""
    try:
        with_context(document)
        found = RecordCheck(context())(document)
    except EfaLodError as error:
        one_line(error)
        found = None
    try:
        said = Expansion(context(), strict=True)(document.value)
    except Unusable as reason:
        if found == []:
            raise Finding(f"cannot be expanded, and nobody says why: {reason!r}: {document.value}") from reason
        said = None
    if found is not None:
        report(found)
        advice_on([document], DAY)
    if said is not None and found == []:
        _same_in_all_formats(document, said)
        trace = Trace([document], context())
        for subject, predicate, object_ in said[:20]:
            trace.locate(subject[1:-1], predicate[1:-1], object_[1:-1])
        try:
            due_records([document], DAY, 365)
            recorded_rows([document])
        except EfaLodError as error:
            one_line(error)


def _same_in_all_formats(document: Document, said: list[Statement]) -> None:
    """Raise Finding when a dump of *document* says something else than *said*, as pyoxigraph reads it."""
    if not said:
        return
    expected = set(triples_of(said))
    for name in BINARY_FORMATS:
        format_ = BY_NAME[name]
        written = b"".join(format_.write([RecordBatch([document], said)], context()))
        base = context().base_iri
        found = {quad.triple for quad in ox.parse(written, format=RDF_SUFFIXES[format_.suffix], base_iri=base)}
        if found != expected:
            raise Finding(f"{name} differs: {sorted(map(str, found ^ expected))[:4]} of {document.value}")


def validated(value: dict[str, Any]) -> None:
    """Hold a record against the shapes, with a fast look and without, and if it conforms write it in every format."""
    document = Document(value, Place("x.json", 1), dict)
    try:
        (results, said), (others, _) = (
            validate_records([document], publication(), context(), RECORD_SHAPES, records(), engine)
            for engine in (Engine.PYSHACL, Engine.AUTO)
        )
    except EfaLodError as error:
        one_line(error)
        return
    if results != others:
        raise Finding(f"the fast look changes the results from {results} to {others}: {value}")
    report(results)
    if conforms(results):
        shared = {one.value["id"]: one.value for one in records()}
        for format_ in DUMPS:
            b"".join(format_.write([RecordBatch([document], said, shared)], context()))


def written(value: Any) -> bytes:
    """Return *value* as JSON, with lone surrogates as escapes."""
    return json.dumps(value).encode()


def context_file(text: str) -> None:
    """Read *text* as the context of the publication, and the records under it."""

    class Changed(Publication):
        def read(self, path: str) -> str:
            return text if path.endswith("context.jsonld") else super().read(path)

    try:
        meaning = read_context(Changed(publication().folder, publication().settings))
        check = RecordCheck(meaning)
        for document in records()[:3]:
            check(document)
            said = Expansion(meaning)(document.value)
            triples_of(said)
    except Unusable:
        return
    except EfaLodError as error:
        one_line(error)


def settings(value: dict[str, Any]) -> None:
    """Take *value* for what ``data/publication.yaml`` says, up to the catalogue that is made of it."""
    changed = replace(publication().settings, value=value)
    try:
        _check(changed)
        check_catalogue_settings(changed)
        own = Publication(publication().folder, changed)
        made = catalogue(own, facts())
        check_catalogue(triples_of(made.statements), own)
    except EfaLodError as error:
        one_line(error)


def settings_file(data: bytes) -> None:
    """Read *data* as ``data/publication.yaml``."""
    for document in _documents(data, ".yaml"):
        settings(document.value)


def rdf(data: bytes, suffix: str = ".ttl") -> None:
    """Read *data* as an RDF file, and put it into a graph."""
    try:
        graph_of(parsed_triples(data, suffix, "x", "https://example.org/"))
    except EfaLodError as error:
        one_line(error)


def shapes(data: bytes) -> None:
    """Read *data* as a file of shapes, and hold a record against them, with a fast look and without."""
    said = expanded(records()[:1], context())
    try:
        read = parsed_triples(data, ".ttl", "x", "https://example.org/")
        results = list(shacl_results(triples_of(said), graph_of(read), in_rdf_file("x", context())))
        candidates = Prefilter(of_triples(read)).candidates(PredicateIndex(said))
    except UnsupportedConstraint:
        return
    except EfaLodError as error:
        one_line(error)
        return
    wrong = {f"<{result.focus}>" for result in results} & {subject for subject, _, _ in said}
    if candidates is not None and not wrong <= candidates:
        raise Finding(f"cleared by the fast look: {wrong - candidates}")


def query(text: str, format_: str = "table") -> None:
    """Ask *text* of a small store, and write at most three rows of the answer."""
    try:
        found = answer(text, store(), known_prefixes(context()), base_iri=context().base_iri)
        if not isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
            found = list(islice(found, 100))
            format_ = format_ if format_ in ("turtle", "n-triples", "rdf-xml", "json-ld") else "turtle"
        elif format_ not in (*FORMATS, *TEXT_FORMATS):
            format_ = "json"
        rendered(found, format_, context(), 3, 40)
    except EfaLodError as error:
        one_line(error)


def parameter(text: str) -> None:
    """Read *text* as the value of a parameter."""
    try:
        term(text, known_prefixes(context()))
    except EfaLodError as error:
        one_line(error)


def page(data: bytes) -> None:
    """Read *data* as the overview page, and hold the records against it."""
    try:
        found: OverviewPage = read_page(data, "page")
        for row in found.rows:
            items(row)
            status_of(row)
        drafted(found.rows[:4])
        report(coverage(found, records(), known_outside(found)))
        report(coverage(found, records(), read_outside(publication())))
        assert not list(outside_changes(known_outside(found), found))
        list(row_changes(recorded_rows(records()), found))
    except EfaLodError as error:
        one_line(error)


def report(results: list[Result]) -> None:
    """Tell *results* in every format; what programs read must be readable."""
    from xml.etree import ElementTree

    for name, write in REPORTS.items():
        text = write(results, "de")
        data = text.encode()
        if name == "turtle":
            list(ox.parse(data, format=ox.RdfFormat.TURTLE, base_iri="https://example.org/"))
        elif name in ("json", "sarif"):
            json.loads(data)
        elif name == "junit":
            ElementTree.fromstring(data)


def strange_results(texts: Mapping[str, str]) -> None:
    """Tell a result whose parts are *texts*."""
    made = Result(
        severity=Severity.WARNING,
        place=Place(texts["path"], 3),
        key=texts["key"],
        found=texts["found"],
        messages={"de": texts["message"]},
        rule=texts["rule"],
        focus=texts["focus"],
        source_shape=texts["focus"],
    )
    report([made, made])


def serialized(suffix: str) -> bytes:
    """Return what some records say in the RDF syntax of *suffix*."""
    said = triples_of(expanded(records()[-3:], context()))[:40]
    return ox.serialize(said, format=RDF_SUFFIXES[suffix]) or b""


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "yaml": lambda data: reader(data, ".yaml"),
    "json": lambda data: reader(data, ".json"),
    "json-lines": lambda data: reader(data, ".jsonl"),
    "yaml-record": lambda data: record_file(data, ".yaml"),
    "json-record": lambda data: record_file(data, ".json"),
    "context": lambda data: context_file(data.decode("utf-8", "replace")),
    "settings": settings_file,
    "turtle": lambda data: rdf(data, ".ttl"),
    "n-triples": lambda data: rdf(data, ".nt"),
    "rdf-xml": lambda data: rdf(data, ".rdf"),
    "json-ld": lambda data: rdf(data, ".jsonld"),
    "trig": lambda data: rdf(data, ".trig"),
    "shapes": shapes,
    "query": lambda data: query(data.decode("utf-8", "replace")),
    "parameter": lambda data: parameter(data.decode("utf-8", "replace")),
    "page": page,
}
"""The targets by name, each for any bytes."""
