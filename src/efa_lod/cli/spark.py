"""The command ``spark``: records by the cluster in, a report or a folder of outputs in parts."""

import sys
from pathlib import Path

import click

from efa_lod.cli.options import (
    REPORT_FORMATS,
    base_iri_option,
    dumps_option,
    engine_option,
    language_of,
    language_option,
    note_sample,
    publication_of,
    publication_option,
    show_results,
    terminable,
)
from efa_lod.errors import DOES_NOT_CONFORM


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option("-o", "--output", metavar="DIR", help="Write all outputs to this new folder; without it, only check.")
@click.option("--master", metavar="URL", help="Where Spark is. [default: this machine, or what spark-submit says]")
@click.option("--report", type=click.Choice(REPORT_FORMATS), default="text", show_default=True, help="Without -o.")
@dumps_option
@engine_option
@base_iri_option
@publication_option
@language_option
def spark_command(
    files: tuple[str, ...],
    output: str | None,
    master: str | None,
    report: str,
    formats: tuple[str, ...],
    engine: str,
    base_iri: str | None,
    publication: Path | None,
    language: str | None,
) -> None:
    """Validate and build inside Apache Spark: as validate and build do, on as many machines as there are.

    FILES are JSON Lines, packed or not, folders of them or patterns, wherever Spark can read: local, hdfs://, s3a://.
    Of each dump, a folder is written with a part for each partition.

    \b
    Examples:
        efa-lod spark records.jsonl --master 'local[2]'
        efa-lod spark s3a://in/records/ -o s3a://out/2026-11 --master yarn
    """
    from efa_lod.build.spark.jobs import build_in_spark, check_in_spark
    from efa_lod.build.spark.parts_page import parts_of_dumps
    from efa_lod.build.spark.session import session
    from efa_lod.model.results import conforms
    from efa_lod.validation.shacl import Engine

    read = publication_of(publication, base_iri, language)
    with terminable(), session(master) as here:
        if output is None:
            results = check_in_spark(here, read, files, Engine(engine))
            show_results(results, report, language)
            if not conforms(results):
                sys.exit(DOES_NOT_CONFORM)
            return
        note_sample(read, language)
        made = build_in_spark(here, read, files, output, Engine(engine), formats)
    if not made.outputs:
        show_results(made.results, "text", language, err=True)
        sys.exit(DOES_NOT_CONFORM)
    for path, parts in parts_of_dumps(made.outputs).items():
        size, triples = sum(part.size for part in parts), sum(part.triples or 0 for part in parts)
        counted = f"{triples:>9,} triples" if triples else " " * 17
        click.echo(f"{size:>11,} bytes {counted}  {output}/{path}/ ({len(parts)} parts)")
    others = [file for file in made.outputs if "/part-" not in file.path]
    click.echo(f"{sum(file.size for file in others):>11,} bytes in {len(others)} files beside them")
    if made.results:
        from efa_lod.validation.reports import summary

        click.echo(f"{summary(made.results, language_of(language))} (efa-lod spark without -o)", err=True)
