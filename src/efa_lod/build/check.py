"""Check what a maintainer names: record files, RDF files, standard input, or the publication as a whole."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from efa_lod.build.batches import STDIN, Road, results_of, team
from efa_lod.catalog.dcat import check_catalogue
from efa_lod.errors import BrokenInput
from efa_lod.io.files import refuse_links_out, whole, whole_file
from efa_lod.io.reading import READERS, suffix_of
from efa_lod.model.context import Context, read_context
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from efa_lod.model.results import Result, in_order
from efa_lod.rdf.graphs import RDF_SUFFIXES, parsed_triples
from efa_lod.validation.advice import advice_on
from efa_lod.validation.shacl import (
    DATASET_SHAPES,
    RECOMMENDED_SHAPES,
    RECORD_SHAPES,
    Engine,
    Shapes,
    validate_rdf,
    validate_records,
)

CATALOGUE = ox.NamedNode("http://www.w3.org/ns/dcat#Catalog")
ALL_SHAPES = (RECORD_SHAPES, DATASET_SHAPES, RECOMMENDED_SHAPES)


@dataclass(frozen=True)
class Options:
    """How to check: with *jobs* processes and *engine*; *read* is told of each batch its bytes and the records done."""

    jobs: int = 1
    engine: Engine = Engine.AUTO
    read: Callable[[int, int], None] = lambda size, records: None


def check_publication(publication: Publication, options: Options = Options()) -> list[Result]:
    """Return what is wrong with the records of *publication*."""
    context = read_context(publication)
    records = list(publication_records(publication))
    found = validate_records(records, publication, context, ALL_SHAPES, engine=options.engine)[0]
    return in_order([*found, *advice_on(records, date.today())])


def check_files(
    files: Iterable[str],
    publication: Publication,
    stdin_suffix: str = "yaml",
    options: Options = Options(),
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
        if suffix in RDF_SUFFIXES:
            triples = parsed_triples(_bytes(file), suffix, name, publication.base_iri)
            if any(triple.object == CATALOGUE for triple in triples):
                results += check_catalogue(triples, publication, name, options.engine)
            else:
                results += validate_rdf(triples, name, publication, context, options.engine)
        elif suffix in READERS:
            records.append(file)
        else:
            known = ", ".join([*READERS, *RDF_SUFFIXES])
            raise BrokenInput(f"{name}: expected a file that ends in one of {known}, found '{suffix}'")
    if records:
        results += _record_results(records, publication, context, stdin_suffix, options)
    return in_order(results)


def _record_results(
    files: Sequence[str], publication: Publication, context: Context, stdin_suffix: str, options: Options
) -> list[Result]:
    """Return what is wrong with the records of *files*, in batches beside those of *publication*."""
    with team(options.jobs) as workers:
        beside = list(publication_records(publication))
        shapes = Shapes(publication, (RECORD_SHAPES, RECOMMENDED_SHAPES), options.engine)
        road = Road(publication, context, shapes, beside, advice=True)
        return results_of(road, files, stdin_suffix, workers, options.read)


def _single_files(files: Iterable[str]) -> Iterator[str]:
    """Yield *files*, and for a folder the record files in it, sorted."""
    for file in files:
        if os.path.isdir(file):  # noqa: PTH112 – which takes a name that is too long, other than Path.is_dir
            yield from _records_in(Path(file))
        elif file == STDIN or os.path.exists(file):  # noqa: PTH110 – for the same reason
            yield file
        else:
            raise BrokenInput(f"{file}: cannot be read: No such file or directory")


def _records_in(folder: Path) -> list[str]:
    """Return the record files in *folder*; raise BrokenInput where there is none, or a link that leads out of it."""
    found = sorted(path for path in folder.rglob("*") if suffix_of(path.name) in READERS)
    if not found:
        raise BrokenInput(f"{folder}: expected at least one record in this folder, found none")
    for path in found:
        refuse_links_out(path, folder, str(path))
    return [str(path) for path in found]


def _bytes(file: str) -> bytes:
    return whole(sys.stdin.buffer, "<stdin>") if file == STDIN else whole_file(Path(file))
