"""Check what a maintainer names: record files, RDF files, standard input, or the publication as a whole."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from efa_lod.catalog import check_catalogue
from efa_lod.context import read_context
from efa_lod.errors import BrokenInput
from efa_lod.privacy import privacy_results
from efa_lod.publication import Publication
from efa_lod.rdf import RDF_SUFFIXES, parsed_triples
from efa_lod.reading import READERS, Document, read_documents
from efa_lod.records import publication_records, with_context
from efa_lod.results import Result, in_order
from efa_lod.validation import (
    DATASET_SHAPES,
    RECOMMENDED_SHAPES,
    RECORD_SHAPES,
    validate_rdf,
    validate_records,
)

STDIN = "-"
CATALOGUE = ox.NamedNode("http://www.w3.org/ns/dcat#Catalog")
ALL_SHAPES = (RECORD_SHAPES, DATASET_SHAPES, RECOMMENDED_SHAPES)


def check_publication(publication: Publication) -> list[Result]:
    """Return what is wrong with the records of *publication*."""
    context = read_context(publication)
    records = list(publication_records(publication))
    found = validate_records(records, publication, context, ALL_SHAPES)[0]
    return in_order([*found, *privacy_results(records)])


def check_files(files: Iterable[str], publication: Publication, stdin_suffix: str = "yaml") -> list[Result]:
    """Return what is wrong with *files*, each by the rules for what it holds.

    Records are checked beside those of *publication*, RDF as it stands, a catalogue by the rules for catalogues. Of a
    folder, the records in it are checked. ``-`` is standard input, read as *stdin_suffix* says. Raise BrokenInput for
    what cannot be read and for a file without a record.
    """
    context = read_context(publication)
    documents: list[Document] = []
    results: list[Result] = []
    for file in _single_files(files):
        suffix = f".{stdin_suffix.removeprefix('.')}" if file == STDIN else Path(file).suffix
        name = "<stdin>" if file == STDIN else file
        if suffix in RDF_SUFFIXES:
            triples = parsed_triples(_bytes(file), suffix, name, publication.base_iri)
            if any(triple.object == CATALOGUE for triple in triples):
                results += check_catalogue(triples, publication, name)
            else:
                results += validate_rdf(triples, name, publication, context)
        elif suffix in READERS:
            documents += _records(file, suffix, name)
        else:
            known = ", ".join([*READERS, *RDF_SUFFIXES])
            raise BrokenInput(f"{name}: expected a file that ends in one of {known}, found '{suffix}'")
    if documents:
        beside = list(publication_records(publication))
        results += validate_records(documents, publication, context, ALL_SHAPES, beside)[0]
        results += privacy_results(documents)
    return in_order(results)


def _single_files(files: Iterable[str]) -> Iterator[str]:
    """Yield *files*, and for a folder the record files in it, sorted."""
    for file in files:
        folder = Path(file)
        if folder.is_dir():
            yield from sorted(str(path) for path in folder.rglob("*") if path.suffix in READERS)
        elif file == STDIN or folder.exists():
            yield file
        else:
            raise BrokenInput(f"{file}: cannot be read: No such file or directory")


def _records(file: str, suffix: str, name: str) -> list[Document]:
    documents = READERS[suffix](sys.stdin.buffer, name) if file == STDIN else read_documents(Path(file), name)
    records = [with_context(document) for document in documents]
    if not records:
        raise BrokenInput(f"{name}: expected at least one record, found none")
    return records


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise BrokenInput(f"{file}: cannot be read: {error.strerror}") from error
