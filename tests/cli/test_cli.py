"""The command line: what goes to stdout and stderr, exit codes, and errors in one line."""

import re
from collections.abc import Iterator

import click
import pytest

from conftest import Cli
from efa_lod import __version__
from efa_lod.cli import main
from efa_lod.cli.options import REPORT_FORMATS
from efa_lod.cli.query import QUERY_FORMATS
from efa_lod.sparql.answers import FORMATS, GRAPH_FORMATS, TEXT_FORMATS
from efa_lod.validation.reports import REPORTS


def leaves(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command below *group* that runs something."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        words = (*above, name)
        yield from leaves(command, words) if isinstance(command, click.Group) else [words]


@pytest.mark.parametrize("command", list(leaves(main)), ids=" ".join)
def test_every_command_has_help_with_an_example(command: tuple[str, ...], cli: Cli) -> None:
    """Help exits with 0 and ends with something to paste."""
    found = cli(*command, "--help")

    assert 0 == found.exit_code
    assert f"efa-lod {' '.join(command)}" in found.stdout.split("Example")[1]


def test_the_version_is_told(cli: Cli) -> None:
    """``--version`` names the program and its version."""
    assert f"efa-lod, version {__version__}\n" == cli("--version").stdout


def test_the_formats_on_offer_are_those_of_the_tables() -> None:
    """The command line names formats without importing them; here they are held against the tables."""
    assert tuple(REPORTS) == REPORT_FORMATS
    assert {*TEXT_FORMATS, *FORMATS, *GRAPH_FORMATS} == set(QUERY_FORMATS)


WRONG = {
    "command": (["biuld"], "No such command 'biuld'"),
    "option": (["build", "--ouput", "x"], "No such option '--ouput'; perhaps --output is meant"),
    "format": (["validate", "--format", "yaml"], "is not one of 'text', 'json'"),
    "base": (["build", "--base-iri", "example.org"], "baseIri: expected an address"),
    "publication": (["validate", "--publication", "/nowhere"], "expected a publication with the folders"),
    "no query": (["query"], "Give one query"),
    "two queries": (["query", "ASK {}", "--name", "who-pays"], "Give one query"),
    "unknown query": (["query", "--name", "who-pay"], "there is no query named 'who-pay'; perhaps who-pays"),
    "no such graph": (["query", "ASK {}", "--graph", "none.ttl"], "none.ttl: cannot be read: No such file"),
    "no such file": (["query", "--file", "none.rq"], "none.rq: cannot be read"),
}


@pytest.mark.parametrize("arguments, message", WRONG.values(), ids=WRONG)
def test_a_wrong_command_line_is_exit_2_without_traceback(arguments: list[str], message: str, cli: Cli) -> None:
    """Nothing on stdout; stderr says what was expected."""
    found = cli(*arguments)

    assert (2, "") == (found.exit_code, found.stdout)
    assert message in found.stderr
    assert "Traceback" not in found.stderr


def test_results_and_messages_do_not_mix(cli: Cli) -> None:
    """The answer of a query is all there is on stdout."""
    found = cli("query", "SELECT (COUNT(*) AS ?n) { ?s a schema:State }", "--format", "csv")

    assert (0, ["n", "16"], "1 row.\n") == (found.exit_code, found.stdout.split(), found.stderr)


def test_messages_are_german_where_the_environment_is(cli: Cli) -> None:
    """The language of messages follows the locale, and ``--lang`` goes before it."""
    german = cli("validate", LC_ALL="de_DE.UTF-8").stdout
    english = cli("validate", "--lang", "en", LC_ALL="de_DE.UTF-8").stdout

    assert re.search(r"Die Daten entsprechen den Regeln", german)
    assert re.search(r"The data conforms", english)
