"""Check what a maintainer names: record files, RDF files, standard input, or the publication as a whole."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from efa_lod.build.batches import STDIN, BatchPipeline, BatchResult, process_pool, results_of
from efa_lod.io.documents import READING_MESSAGES
from efa_lod.io.files import missing_file, opened, read_whole, real_path, refuse_links_out
from efa_lod.io.messages import Messages
from efa_lod.io.reading import READERS, Document, Place, suffix_of
from efa_lod.model.context import Context, read_context
from efa_lod.model.publication import Publication, is_record_name
from efa_lod.model.records import read_records, unchecked_records
from efa_lod.model.results import Result, Severity, in_order
from efa_lod.model.row_facts import read_facts
from efa_lod.rdf.file_forms import RDF_SUFFIXES, rdf_suffix, unpacked_file
from efa_lod.rdf.graphs import TYPE_NODE, parsed_triples
from efa_lod.validation.advice import advice_on
from efa_lod.validation.claims import claim_results
from efa_lod.validation.shacl import (
    DATASET_SHAPES,
    RECOMMENDED_SHAPES,
    RECORD_SHAPES,
    Engine,
    Shapes,
    validate_rdf,
    validate_records,
)
from efa_lod.validation.validity import validity_results

_NOTHING = Messages(__file__, "check")
_CATALOGUE = ox.NamedNode("http://www.w3.org/ns/dcat#Catalog")
ALL_SHAPES = (*RECORD_SHAPES, DATASET_SHAPES, RECOMMENDED_SHAPES)


@dataclass(frozen=True)
class CheckOptions:
    """How to check: with *jobs* processes and *engine*.

    *read* is told of each batch its bytes and the records done; *checked* what was checked, of which kind (records or
    statements), and how many.
    """

    jobs: int = 1
    engine: Engine = Engine.AUTO
    read: Callable[[int, int], None] = lambda size, records: None
    checked: Callable[[str, str, int], None] = lambda name, kind, count: None


def check_publication(
    publication: Publication,
    options: CheckOptions = CheckOptions(),
    records: Sequence[Document] | None = None,
    shapes: Shapes | None = None,
) -> list[Result]:
    """Return what is wrong with the records of *publication*.

    *records* are these, and *shapes* are ``ALL_SHAPES``, where they have been read.
    """
    context = read_context(publication)
    records = list(unchecked_records(publication)) if records is None else records
    options.checked(str(publication.folder), "records", len(records))
    found = validate_records(records, publication, context, shapes or ALL_SHAPES, engine=options.engine)[0]
    claims = [*claim_results(records, read_facts(publication), context), *validity_results(records, context)]
    return in_order([*_without_repeats(found, claims), *advice_on(records, date.today())])


def check_files(
    files: Iterable[str],
    publication: Publication,
    stdin_suffix: str = "yaml",
    options: CheckOptions = CheckOptions(),
) -> list[Result]:
    """Return what is wrong with *files*, each by the rules for what it holds; no more than the first 10,000 results.

    Records are checked beside those of *publication*, RDF as it stands, a catalogue by the rules for catalogues. Of a
    folder, the records in it are checked. ``-`` is standard input, read as *stdin_suffix* says. Raise BrokenInput for
    what cannot be read and for a file without a record.
    """
    context = read_context(publication)
    stdin_suffix = f".{stdin_suffix.removeprefix('.')}"
    records: list[str] = []
    results: list[Result] = []
    for file in _single_files(files):
        name = "<stdin>" if file == STDIN else file
        suffix = stdin_suffix if file == STDIN else suffix_of(file)
        if syntax := rdf_suffix(suffix):
            triples = parsed_triples(_bytes(file, name), syntax, name, publication.base_iri)
            options.checked(name, "statements", len(triples))
            results += _nothing_checked(triples, name, context)
            if any(triple.object == _CATALOGUE for triple in triples):
                from efa_lod.catalog.dcat import check_catalogue

                results += check_catalogue(triples, publication, name, options.engine)
            else:
                results += validate_rdf(triples, name, publication, context, options.engine)
        elif suffix in READERS:
            records.append(file)
        else:
            known = ", ".join([*READERS, *RDF_SUFFIXES])
            raise READING_MESSAGES.broken("suffix-of-any", name, known=known, suffix=suffix)
    if records:
        results += _record_results(records, publication, context, stdin_suffix, options)
    return in_order(results)


def _record_results(
    files: Sequence[str], publication: Publication, context: Context, stdin_suffix: str, options: CheckOptions
) -> list[Result]:
    """Return what is wrong with the records of *files*, in batches beside those of *publication*."""
    with process_pool(options.jobs) as workers:
        given = {real_path(Path(file)) for file in files if file != STDIN}
        beside = list(unchecked_records(publication, without=given))
        shapes = Shapes(publication, (*RECORD_SHAPES, RECOMMENDED_SHAPES), options.engine)
        pipeline = BatchPipeline(publication, context, shapes, beside, advice=True)
        claims = _claims_in(files, beside, publication, context)
        checked = 0

        def count(outcome: BatchResult, results: Sequence[Result]) -> None:
            nonlocal checked
            checked += outcome.records

        results = results_of(pipeline, files, stdin_suffix, workers, options.read, take=count)
        options.checked(", ".join(files), "records", checked)
        return _without_repeats(results, claims)


def _claims_in(
    files: Iterable[str], beside: Sequence[Document], publication: Publication, context: Context
) -> list[Result]:
    """Return the claims without ground in the YAML and JSON *files*; JSON Lines come from elsewhere than the page."""
    named = [(Path(file), file) for file in files if suffix_of(file) in (".yaml", ".yml", ".json")]
    records = list(read_records(named)) if named else []
    ids = {str(record.value.get("id")) for record in records}
    others = [document for document in beside if str(document.value.get("id")) not in ids]
    names = {name for _, name in named}
    found = claim_results([*others, *records], read_facts(publication), context) if records else []
    found += validity_results(records, context)
    return [result for result in found if result.place.path in names]


def _without_repeats(found: Sequence[Result], claims: Sequence[Result]) -> list[Result]:
    """Return *found* and those of *claims* that speak of a line of which nothing else is found."""
    places = {result.place for result in found}
    return [*found, *(claim for claim in claims if claim.place not in places)]


def _single_files(files: Iterable[str]) -> Iterator[str]:
    """Yield *files*, and for a folder the record files in it, sorted."""
    for file in files:
        if os.path.isdir(file):  # noqa: PTH112 – which takes a name that is too long, other than Path.is_dir
            yield from _records_in(Path(file))
        elif file == STDIN or os.path.exists(file):  # noqa: PTH110 – for the same reason
            yield file
        else:
            raise missing_file(file)


def _records_in(folder: Path) -> list[str]:
    """Return the record files in *folder*; raise BrokenInput where there is none, or a link that leads out of it."""
    found = sorted(path for path in folder.rglob("*") if is_record_name(path.name, [*READERS]))
    if not found:
        raise READING_MESSAGES.broken("no-records-in-folder", folder)
    for path in found:
        refuse_links_out(path, folder, str(path))
    return [str(path) for path in found]


def _bytes(file: str, name: str) -> bytes:
    if file == STDIN:
        return read_whole(sys.stdin.buffer, "<stdin>")
    with opened(Path(file)) as stream:
        return unpacked_file(stream, name)


def _nothing_checked(triples: Sequence[ox.Triple], name: str, context: Context) -> list[Result]:
    """Return a warning where no rule can speak of anything in *triples*: that would look as if all were in order."""
    known = {*context.types.values(), _CATALOGUE.value}
    if any(
        t.predicate == TYPE_NODE and isinstance(t.object, ox.NamedNode) and t.object.value in known for t in triples
    ):
        return []
    rule = "of-no-known-type" if triples else "no-statements"
    english, german = _NOTHING(rule, count=len({triple.subject for triple in triples}))
    return [Result(Severity.WARNING, Place(name), "", "", {"de": german, "en": english}, rule)]
