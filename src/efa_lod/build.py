"""Build a publication: records in, a folder of checked outputs out, as a whole or not at all."""

import ctypes
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from efa_lod import __version__
from efa_lod.catalog import (
    GRAPH_FILE,
    catalogue,
    catalogue_files,
    check_catalogue,
    contents,
    graph_context,
    graph_description,
)
from efa_lod.context import Context, read_context
from efa_lod.cookbook import cookbook_triples, cookbook_turtle, notebook
from efa_lod.errors import CannotWrite
from efa_lod.exports import BY_NAME, DUMPS, TURTLE, Batch, csvw_metadata
from efa_lod.publication import Publication, check_catalogue_settings
from efa_lod.rdf import ONTOLOGY, ontology_triples
from efa_lod.records import publication_records
from efa_lod.results import Result, conforms
from efa_lod.validation import validate_records
from efa_lod.void import void_files

MARK = "build.json"
"""The file by which a folder is known as the output of a build, so that it may be replaced."""


@dataclass(frozen=True)
class Output:
    """A file that was written: *path* below the folder, *media_type*, size in bytes, SHA-256; triples if RDF."""

    path: str
    media_type: str
    size: int
    sha256: str
    triples: int | None = None


@dataclass(frozen=True)
class Build:
    """What a build found and wrote; *outputs* is empty when a violation kept it from writing."""

    results: list[Result]
    outputs: list[Output] = field(default_factory=list)


def build(publication: Publication, out: Path) -> Build:
    """Read and validate *publication* and write its outputs to the folder *out*, replacing what an earlier build wrote.

    Nothing is written when there is a violation, in the records or in the catalogue that would be made of them. Raise
    BadSetting for a setting that the catalogue cannot use, and CannotWrite when *out* holds something else or cannot
    be written; what was there before is then untouched.
    """
    check_catalogue_settings(publication.settings)
    context = read_context(publication)
    documents = list(publication_records(publication))
    results, triples = validate_records(documents, publication, context)
    if not conforms(results):
        return Build(results)
    records = Batch(documents, triples, {document.value["id"]: document.value for document in documents})
    ontology = Batch((), ontology_triples(publication))
    facts = contents(publication, documents, [*records.triples, *ontology.triples])
    results += check_catalogue(catalogue(publication, facts).triples, publication)
    if not conforms(results):
        return Build(results)
    graph = [records, ontology, graph_description(publication, facts)]
    whole = [triple for part in graph for triple in part.triples]
    with _replacing(out) as folder:
        outputs = [_written(folder, *made) for made in _files(publication, context, graph)]
        sizes = {output.path: output.size for output in outputs}
        outputs += [_written(folder, *made) for made in catalogue_files(publication, facts, sizes)]
        outputs += [_written(folder, *made) for made in void_files(publication, facts, whole)]
        outputs += [_written(folder, *made) for made in _inventory(publication, facts.modified, outputs)]
    return Build(results, outputs)


Made = tuple[str, str, Iterable[bytes], int | None]
"""A file to write: path, media type, content in pieces, number of triples if it is RDF."""


def _files(publication: Publication, context: Context, graph: Sequence[Batch]) -> Iterator[Made]:
    """Yield the outputs of *publication* in the order they are listed; *graph* begins with records and ontology."""
    records, ontology, *_ = graph
    for dump in DUMPS:
        count = len(records.triples) if dump.holds_all else None
        yield f"efa-lod{dump.suffix}", dump.media_type, dump.write([records], context), count
    titles = {language: publication.texts(language)["title"] for language in ("de", "en")}
    metadata = csvw_metadata(context, "efa-lod.csv", titles, str(publication.settings.value["licence"]))
    yield "efa-lod.csv-metadata.json", "application/csvm+json", [metadata], None
    count = len({triple for part in graph for triple in part.triples})
    yield GRAPH_FILE, TURTLE.media_type, TURTLE.write(graph, graph_context(context)), count
    yield "ontology.ttl", TURTLE.media_type, [publication.read(ONTOLOGY).encode()], len(ontology.triples)
    for name in ("n-triples", "rdf-xml"):
        dump = BY_NAME[name]
        yield f"ontology{dump.suffix}", dump.media_type, dump.write([ontology], context), len(ontology.triples)
    shapes = "\n".join(publication.read(file) for file in publication.glob("shapes/*.ttl"))
    yield "shapes.ttl", TURTLE.media_type, [shapes.encode()], None
    yield "context.jsonld", "application/ld+json", [publication.read("ontology/context.jsonld").encode()], None
    recipes = cookbook_triples(publication)
    yield "cookbook.ttl", TURTLE.media_type, [cookbook_turtle(publication, recipes)], len(recipes)
    for language in ("de", "en"):
        yield f"cookbook.{language}.ipynb", "application/x-ipynb+json", [notebook(publication, language)], None


def _inventory(publication: Publication, modified: str, outputs: list[Output]) -> Iterator[Made]:
    """Yield the lists of what was written: digests for ``sha256sum --check``, and the facts of the build."""
    sums = "".join(f"{output.sha256}  {output.path}\n" for output in sorted(outputs, key=lambda o: o.path))
    yield "SHA256SUMS", "text/plain", [sums.encode()], None
    facts = {
        "generator": f"efa-lod {__version__}",
        "baseIri": publication.base_iri,
        "version": publication.version,
        "modified": modified,
        "files": [
            {"path": o.path, "mediaType": o.media_type, "bytes": o.size, "sha256": o.sha256}
            | ({} if o.triples is None else {"triples": o.triples})
            for o in outputs
        ],
    }
    yield MARK, "application/json", [(json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()], None


def _written(folder: Path, path: str, media_type: str, pieces: Iterable[bytes], triples: int | None) -> Output:
    """Write *pieces* to *path* below *folder* and return what was written."""
    digest = hashlib.sha256()
    size = 0
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        for piece in pieces:
            stream.write(piece)
            digest.update(piece)
            size += len(piece)
    return Output(path, media_type, size, digest.hexdigest(), triples)


# --- replacing a folder as a whole ----------------------------------------------------------------------------------


@contextmanager
def _replacing(out: Path) -> Iterator[Path]:
    """Give a new folder beside *out* to write to, and put it in the place of *out* when all went well."""
    out = out.absolute()
    if out.is_symlink() or (out.exists() and not (out.is_dir() and ((out / MARK).is_file() or not any(out.iterdir())))):
        raise CannotWrite(
            f"{out}: holds something that no build has written, so it is not replaced – name another folder with -o, or"
            " empty this one"
        )
    _remove_leftovers(out)
    fresh = out.with_name(f".{out.name}.{os.getpid()}.new")
    try:
        fresh.mkdir(parents=True)
        yield fresh
        _swap(fresh, out)
    except OSError as error:
        raise CannotWrite(f"{error.filename or out}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, out: Path) -> None:
    """Put *fresh* in the place of *out* in one step; afterwards *fresh* is what was there, or gone."""
    if not out.exists():
        fresh.rename(out)
    elif not _exchanged(fresh, out):
        old = out.with_name(f".{out.name}.{os.getpid()}.old")
        out.rename(old)
        try:
            fresh.rename(out)
        except OSError:
            old.rename(out)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders at once with renameat2(2); return False where the system cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    at_cwd, exchange = -100, 2
    return bool(renameat2(at_cwd, os.fsencode(one), at_cwd, os.fsencode(other), exchange) == 0)


def _remove_leftovers(out: Path) -> None:
    """Remove what builds that were killed have left beside *out*; restore *out* if one died between two renames."""
    for folder in out.parent.glob(f".{out.name}.*"):
        pid, _, kind = folder.name.removeprefix(f".{out.name}.").partition(".")
        if kind in ("new", "old") and pid.isdigit() and not _is_running(int(pid)):
            if kind == "old" and not out.exists():
                folder.rename(out)
            else:
                shutil.rmtree(folder, ignore_errors=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
