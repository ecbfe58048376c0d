"""Check and build inside Spark."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from efa_lod.build.batches import MOST_RESULTS, BatchPipeline
from efa_lod.build.build import Build, described_parts
from efa_lod.build.outputs import CATALOGUE_OUTPUTS, DATA_OUTPUTS
from efa_lod.build.spark.output_folder import OutputFolder
from efa_lod.build.spark.parts_page import parts_of_dumps, parts_page
from efa_lod.build.spark.piece_table import PieceTable, piece_table
from efa_lod.build.spark.session import telling_stop
from efa_lod.build.values import BuildValues, checked_values
from efa_lod.build.writing import WrittenOutput, inventory
from efa_lod.catalog.catalogue_context import GRAPH_FILE, PARTS_LIST
from efa_lod.catalog.dcat import graph_context
from efa_lod.model.context import Context, read_context
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from efa_lod.model.results import Result, conforms, in_order
from efa_lod.model.settings_check import check_catalogue_settings
from efa_lod.rdf.formats import DUMPS, TURTLE, Format, OutputFile
from efa_lod.rdf.predicate_index import PredicateIndex
from efa_lod.rdf.statistics import Statistics
from efa_lod.validation.shacl import RECOMMENDED_SHAPES, RECORD_SHAPES, Engine, Shapes

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def check_in_spark(
    spark: "SparkSession", publication: Publication, files: Sequence[str], engine: Engine = Engine.AUTO
) -> list[Result]:
    """Return what is wrong with the records of *files* beside those of *publication*, as ``checks.check_files`` does.

    Raise BrokenInput for what cannot be read, and SparkStopped when Spark gives up.
    """
    context = read_context(publication)
    beside = list(publication_records(publication))
    shapes = _loaded_shapes(publication, (*RECORD_SHAPES, RECOMMENDED_SHAPES), engine)
    pipeline = BatchPipeline(publication, context, shapes, beside, advice=True)
    with piece_table(spark, files, pipeline, context, ()) as table:
        return _found(table, described_parts(beside, context), context)


def _found(table: PieceTable, own: Sequence[bytes], context: Context) -> list[Result]:
    """Return what was found in all batches and between them, in order."""
    with telling_stop(("the records", "die Datensätze")):
        results = table.results()
        results += table.repeated(own, context, MOST_RESULTS - len(results))
    return in_order(results)


def build_in_spark(
    spark: "SparkSession",
    publication: Publication,
    files: Sequence[str],
    out: str,
    engine: Engine = Engine.AUTO,
    formats: Sequence[str] = (),
) -> Build:
    """Read and validate *publication* and the records of *files*, and write the outputs to the new folder *out*.

    *formats* are the names of the dumps, all if there are none. Nothing is written when there is a violation. Raise
    BrokenInput for what cannot be read, CannotWrite when *out* is there already or cannot be written, and SparkStopped
    when Spark gives up; no half of a folder is left.
    """
    check_catalogue_settings(publication.settings)
    folder = OutputFolder(spark, out)
    context = read_context(publication)
    results, values = checked_values(publication, context, engine, in_parts=True)
    if values is None or not conforms(results):
        return Build(results)
    own = values.own
    dumps = [dump for dump in DUMPS if dump.name in formats or not formats]
    names = list(dict.fromkeys([TURTLE.name, *(dump.name for dump in dumps)]))
    pipeline = BatchPipeline(
        publication, context, _loaded_shapes(publication, RECORD_SHAPES, engine), own.documents, formats=names
    )
    with piece_table(spark, files, pipeline, context, names) as table:
        results += _found(table, described_parts(own.documents, context), context)
        if not conforms(results):
            return Build(in_order(results))
        with folder.kept_if_finished():
            outputs = _outputs(values, dumps, table, folder)
    records = len(own.documents) + sum(summary.records for summary in table.summaries)
    return Build(in_order(results), outputs, records)


def _outputs(
    values: BuildValues, dumps: Sequence[Format], table: PieceTable, folder: OutputFolder
) -> list[WrittenOutput]:
    """Write everything to *folder*, and return what was written."""
    context, own = values.context, values.own
    counted = reduce(add, (summary.counted for summary in table.summaries))
    values = replace(values, facts=values.facts_with(counted.modified))
    graph_parts = values.graph_parts
    frame = graph_context(context)
    written: list[WrittenOutput] = []
    for dump in dumps:
        first = b"".join(dump.write([own], context))
        written += folder.dump(f"efa-lod{dump.suffix}", dump, table, first, len(own.statements))
    everything = dict.fromkeys(statement for part in graph_parts for statement in part.statements)
    first = b"".join([TURTLE.head(frame), *(TURTLE.body(part, frame) for part in graph_parts)])
    graph = folder.dump(GRAPH_FILE, TURTLE, table, first, len(everything))
    written += graph
    parts = parts_of_dumps(written)
    values = replace(
        values,
        counted=Statistics.of(PredicateIndex(everything), values.publication.base_iri) + counted,
        sizes={path: sum(part.size for part in of_dump) for path, of_dump in parts.items()},
        tables=[part.path for part in parts.get("efa-lod.csv", [])] or ["efa-lod.csv"],
        graphs=[part.path for part in graph],
    )
    for make in (*DATA_OUTPUTS.values(), *CATALOGUE_OUTPUTS.values()):
        written += folder.files(make(values))
    written += folder.files([OutputFile(PARTS_LIST, "text/html", [parts_page(values.publication, parts)])])
    return written + folder.files(inventory(values.publication, values.facts, written))


def _loaded_shapes(publication: Publication, files: Sequence[str], engine: Engine) -> Shapes:
    """Return shapes that are read already: where the work is done, there may be no files of the publication."""
    shapes = Shapes(publication, files, engine)
    assert shapes.triples
    return shapes
