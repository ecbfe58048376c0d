"""README and the manual keep their word: every command in them runs, and prints what is shown."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click
import pytest

from conftest import Cli
from efa_lod.cli import main
from efa_lod.io.reading import read_documents
from efa_lod.model.context import Context
from efa_lod.site.manual import MANUAL_PAGES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANUAL = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "data/manual").glob("*.md"))}
REFERENCE = {"en": MANUAL["commands.md"], "de": MANUAL["commands.de.md"]}
TEXTS = {"README.md": README, **MANUAL}
IN_LANGUAGE = {
    language: "\n".join(text for name, text in MANUAL.items() if name.endswith(f".{language}.md"))
    for language in ("de", "en")
}
ELLIPSIS = "…"


def blocks(kind: str) -> list[str]:
    """Return the blocks of this *kind* in all texts, each once."""
    found = (block for text in TEXTS.values() for block in re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL))
    return list(dict.fromkeys(found))


def steps(block: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a console block, each with the lines it is shown to print."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def commands(command: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Yield each command that does something, with the words that call it."""
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below
        yield from commands(below, (*path, name))


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.splitlines()[0][2:42])
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
        printed = [
            line for line in run.stdout.splitlines() if not line.startswith(("Publication: ", "Veröffentlichung: "))
        ]
        for part in parts:
            starts = [i for i in range(position, len(printed) + 1) if printed[i : i + len(part)] == part]
            assert starts, f"{command}\nshown:\n{chr(10).join(part)}\nprinted:\n{run.stdout}"
            position = starts[0] + len(part)
        if shown and ELLIPSIS not in shown:
            assert shown == printed


def test_the_two_commands_come_first() -> None:
    """The first two shell blocks of README are the command that builds and the one that tests."""
    found = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)

    assert ["efa-lod build", ".venv/bin/pytest"] == [
        next(end for end in ("efa-lod build", ".venv/bin/pytest") if block.strip().endswith(end)) for block in found[:2]
    ]
    assert [1, 1] == [len(block.strip().splitlines()) for block in found[:2]]


def test_readme_is_short_and_leads_to_every_page_of_the_manual() -> None:
    """A newcomer reads at most 150 lines, and finds each page from there."""
    assert len(README.splitlines()) <= 150
    assert {name for name in MANUAL if f"(data/manual/{name})" not in README} == set()


def test_every_page_of_the_manual_is_there_in_each_language() -> None:
    """The table of pages and the folder agree; the English reference is called by its name alone."""
    expected = {f"{name}.{language}.md" for name in MANUAL_PAGES for language in ("de", "en")}

    assert expected - {"commands.en.md"} | {"commands.md"} == set(MANUAL)


def test_the_keys_shown_are_keys(context: Context) -> None:
    """Each key of the YAML example is one of the context."""
    for example in blocks("yaml"):
        keys = set(re.findall(r"^[ -]*(\w+):", example, re.MULTILINE)) - {"de", "en"}

        assert keys - {"id", "type", *context.keys} == set()


def test_the_python_examples_run(dist: Path, tmp_path: Path) -> None:
    """The snippets for our own interface and for rdflib print who pays."""
    shutil.copytree(dist, tmp_path / "dist")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for code in blocks("python"):
        run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

        assert "SH state OZG infrastructure" in run.stdout


def test_shell_lines_name_commands_and_options_that_exist(cli: Cli) -> None:
    """Lines for the shell that need a page or a server are held against the help of their command."""
    for block in blocks("sh"):
        for line in re.findall(r"^efa-lod ([^#\n]*)", block, re.MULTILINE):
            words = line.split()
            command = words[:2] if words[0] in ("source", "links", "sheet") else words[:1]
            found = cli(*command, "--help")

            assert 0 == found.exit_code, line
            assert [] == [word for word in words if word.startswith("--") and word not in found.stdout]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_output_is_named(language: str, dist: Path) -> None:
    """The table of files names every file that a build writes."""
    names = {str(path.relative_to(dist)) for path in dist.rglob("*") if path.is_file()}
    shown = MANUAL[f"researchers.{language}.md"]

    assert [] == [n for n in names if n not in shown and f"`{Path(n).suffix}`" not in shown]


def test_commands_named_in_the_texts_exist(cli: Cli) -> None:
    """Every ``efa-lod`` command in the texts is one of the program."""
    for name in sorted(set(re.findall(r"(?:`|\$ )efa-lod ([\w-]+)", "\n".join(TEXTS.values())))):
        assert 0 == cli(name, "--help").exit_code


def test_the_reference_of_the_commands_is_current(cli: Cli) -> None:
    """What stands in the manual is what the program writes, on a terminal of any width and in any environment."""
    for width, environment in (("40", "de_DE.UTF-8"), ("200", "C")):
        written = {"COLUMNS": width, "LC_ALL": environment}

        assert REFERENCE["en"] == cli("help", "--format", "markdown", **written).stdout
        assert REFERENCE["de"] == cli("help", "--format", "markdown", "--lang", "de", **written).stdout


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_and_option_is_documented(name: str, command: click.Command) -> None:
    """Each command says what it does and has a section of the reference; each option says what it is for."""
    assert command.help
    assert all(f"\n## {name}\n" in reference for reference in REFERENCE.values())
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert [] == [option.name for option in options if not option.help]


@pytest.mark.parametrize("name", ["nothing", "source nothing", "build nothing"])
def test_help_refuses_what_is_no_command(name: str, cli: Cli) -> None:
    """Words that name no command end with exit code 2 and are repeated."""
    found = cli("help", *name.split())

    assert 2 == found.exit_code
    assert name in found.stderr


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_setting_is_documented(language: str) -> None:
    """Each setting of the publication, and each part of one, is named in the manual."""
    [settings] = read_documents(ROOT / "data/publication.yaml")
    written = (ROOT / "data/publication.yaml").read_text(encoding="utf-8")
    optional = re.findall(r"^ *# ([a-z]\w+):(?: |$)", written, re.MULTILINE)
    inner = {key for value in settings.value.values() if isinstance(value, dict) for key in value} - {"de", "en"}

    assert {"withdrawn", "alsoListed", "endpoint", "telephone"} <= set(optional)
    named = {*settings.value, *inner, *optional}
    assert [] == sorted(key for key in named if f"`{key}`" not in IN_LANGUAGE[language])


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_variable_of_the_tests_is_documented(language: str) -> None:
    """Each environment variable that tests ask for is named on the page for contributors."""
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    asked = set(re.findall(r"environ(?:\.get)?[\[(]\"(EFA_LOD_[A-Z_]+)", sources))

    assert [] == sorted(name for name in asked if f"`{name}`" not in MANUAL[f"contributors.{language}.md"])
