"""README keeps its word: every command in it runs, and prints what is shown."""

import os
import re
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.model.context import Context

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
ELLIPSIS = "…"


def steps(block: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a console block, each with the lines it is shown to print."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: block.splitlines()[0][2:42])
def test_commands_print_what_is_shown(block: str, copy: Path) -> None:
    """Run in a copy of the repository's data, a command prints the shown lines; ``…`` stands for lines left out.

    The line on stderr that names the publication at hand is another for each reader, so README leaves it out.
    """
    environment = {**os.environ, "LC_ALL": "C", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for command, shown in steps(block):
        run = subprocess.run(
            ["bash", "-c", f"{command} 2>&1"], cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        parts = [list(lines) for left_out, lines in groupby(shown, ELLIPSIS.__eq__) if not left_out]
        position = 0
        printed = [line for line in run.stdout.splitlines() if not line.startswith("Publication: ")]
        for part in parts:
            starts = [i for i in range(position, len(printed) + 1) if printed[i : i + len(part)] == part]
            assert starts, f"{command}\nshown:\n{chr(10).join(part)}\nprinted:\n{run.stdout}"
            position = starts[0] + len(part)
        if shown and ELLIPSIS not in shown:
            assert shown == printed


def test_the_two_commands_come_first() -> None:
    """The first two shell blocks are the command that builds and the one that tests."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)

    assert ["efa-lod build", ".venv/bin/pytest"] == [
        next(end for end in ("efa-lod build", ".venv/bin/pytest") if block.strip().endswith(end))
        for block in blocks[:2]
    ]
    assert [1, 1] == [len(block.strip().splitlines()) for block in blocks[:2]]


def test_the_keys_shown_are_keys(context: Context) -> None:
    """Each key of the YAML example is one of the context."""
    [example] = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    keys = set(re.findall(r"^[ -]*(\w+):", example, re.MULTILINE)) - {"de", "en"}

    assert keys - {"id", "type", *context.keys} == set()


def test_the_python_examples_run(dist: Path, tmp_path: Path) -> None:
    """The snippets for our own interface and for rdflib print who pays."""
    shutil.copytree(dist, tmp_path / "dist")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

        assert "SH state OZG infrastructure" in run.stdout


def test_shell_lines_name_commands_and_options_that_exist(cli: Cli) -> None:
    """Lines for the shell that need a page or a server are held against the help of their command."""
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)[2:]:
        for line in re.findall(r"efa-lod ((?:source |links )?\w+[^#\n]*)", block):
            words = line.split()
            command = words[:2] if words[0] in ("source", "links") else words[:1]
            help_text = cli(*command, "--help").stdout

            assert [] == [word for word in words if word.startswith("--") and word not in help_text]


def test_every_output_is_named(dist: Path) -> None:
    """The table of files names every file that a build writes."""
    names = {str(path.relative_to(dist)) for path in dist.rglob("*") if path.is_file()}
    shown = README.split("## For researchers")[0]

    assert [] == [n for n in names if n not in shown and f"`{Path(n).suffix}`" not in shown]


def test_every_module_is_named() -> None:
    """The table of modules names every module."""
    modules = {path.stem for path in (ROOT / "src/efa_lod").glob("*.py")} - {"__init__", "__main__"}

    assert {module for module in modules if f"`{module}`" not in README} == set()


def test_commands_named_in_the_text_exist(cli: Cli) -> None:
    """Every ``efa-lod`` command in the text is one of the program."""
    for name in sorted(set(re.findall(r"(?:`|\$ )efa-lod ([\w-]+)", README))):
        assert 0 == cli(name, "--help").exit_code
