"""What commands do not load: a person waits for each module, so a command has only those that it uses."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from efa_lod.cli import main
from efa_lod.cli.summaries import COMMANDS, written_summary
from support.loaded_modules import loaded_by_us

PROGRAM = """
import sys
from efa_lod.cli import main
try:
    main(sys.argv[1:])
finally:
    print("LOADED", *sys.modules, file=sys.stderr)
"""
GRAPHS = ("rdflib", "pyshacl", "pyoxigraph")
NETWORK = ("requests", "urllib3", "starlette", "uvicorn")
PROCESSES = ("multiprocessing", "concurrent.futures", "efa_lod.build.worker_processes")
TEXT = ("efa_lod.model.results", "efa_lod.io.reading", "yaml", "json", "tomllib", "webbrowser", "subprocess")
UNUSED = {
    "--help": (
        [],
        (*GRAPHS, *NETWORK, *PROCESSES, *TEXT, "efa_lod.cli.find", "efa_lod.cli.source", "efa_lod.cli.edit"),
    ),
    "find Kiel": (
        [],
        ("rdflib", "pyshacl", *NETWORK, *PROCESSES, "jinja2", "efa_lod.rdf", "efa_lod.validation", "efa_lod.site.page"),
    ),
    "validate": (
        ["data/states/sh.yaml"],
        ("rdflib", "pyshacl", *NETWORK, *PROCESSES, "jinja2", "efa_lod.catalog", "efa_lod.site", "efa_lod.web"),
    ),
}


@pytest.mark.parametrize("command", UNUSED)
def test_a_command_loads_nothing_that_it_does_not_use(command: str) -> None:
    """Help loads neither what reads records nor another command; finding and checking load no graphs of rdflib."""
    files, unused = UNUSED[command]
    root = Path(__file__).parents[2]
    called = [sys.executable, "-c", PROGRAM, *command.split(), *(str(root / file) for file in files)]
    done = subprocess.run(called, capture_output=True, text=True, timeout=120, check=True, cwd=root)
    loaded = set(done.stderr.rpartition("LOADED ")[2].split())

    assert "click" in loaded
    assert set() == loaded_by_us(unused, loaded)


def test_help_tells_of_each_command_what_it_says_itself() -> None:
    """What is read of a command without loading it is its own help, and every command is in the list, sorted."""
    ctx = click.Context(main)
    loaded = {name: main.command_named(ctx, name) for name in main.list_commands(ctx)}
    told = {name: one.get_short_help_str(300) for name, one in loaded.items() if one and name not in main.commands}
    written = {name: click.Command(name, help=written_summary(name)).get_short_help_str(300) for name in told}

    assert list(COMMANDS) == list(loaded)
    assert written == told
    assert all(told.values())
