"""Command lines that cannot be understood, help that fits, completion by the shells, and queries one after the other."""

import contextlib
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from conftest import Cli, program
from efa_lod.cli import main
from efa_lod.cli.german_help import german_help
from efa_lod.cli.usage import USAGE, CommandGroup
from support.german import english
from support.patience import PATIENCE_S, awaited

WRONG = {
    "command": (["qurey"], "Den Befehl „qurey“ gibt es nicht; gemeint ist wohl query. Mehr sagt efa-lod --help"),
    "command of a group": (["source", "drft"], "Den Befehl „drft“ gibt es nicht; gemeint ist wohl draft. Mehr sagt efa-lod source --help"),
    "command of another group": (["links", "chek"], "Den Befehl „chek“ gibt es nicht; gemeint ist wohl check. Mehr sagt efa-lod links --help"),
    "option": (["query", "--fomat", "csv"], "Die Option --fomat gibt es nicht; gemeint ist wohl --format. Mehr sagt efa-lod query --help"),
    "option like no other": (["watch", "--interval", "5"], "Die Option --interval gibt es nicht. Mehr sagt efa-lod watch --help"),
    "value": (["query", "--format", "cvs", "ASK {}"], "--format: „cvs“ ist nicht dabei; möglich sind table, markdown, csv, tsv, json, xml, turtle, n-triples, rdf-xml, json-ld; gemeint ist wohl csv. Mehr sagt efa-lod query --help"),
    "no argument": (["find"], "NAME|KEY|ABBREVIATION fehlt. Mehr sagt efa-lod find --help"),
    "word for a number": (["build", "--jobs", "x"], "--jobs: erwartet wird eine ganze Zahl von 1 bis 256, gefunden wurde „x“. Mehr sagt efa-lod build --help"),
    "number too large": (["build", "--jobs", "1000"], "--jobs: erwartet wird eine ganze Zahl von 1 bis 256, gefunden wurde „1000“. Mehr sagt efa-lod build --help"),
    "day": (["source", "due", "--today", "heute"], "--today: erwartet wird ein Tag wie 2026-11-23, gefunden wurde „heute“. Mehr sagt efa-lod source due --help"),
    "too much": (["query", "a", "b"], "Zu viel: b; einen Wert mit Leerzeichen in Anführungszeichen setzen. Mehr sagt efa-lod query --help"),
    "two queries": (["query", "ASK {}", "--name", "contacts"], "Eine Abfrage angeben: als Argument, mit --file oder mit --name (siehe --list). Mehr sagt efa-lod query --help"),
    "name of a query without its option": (["query", "contcts"], "Abfrage: Es gibt keine benannte Abfrage „contcts“; gemeint ist wohl contacts – siehe --list"),
    "name of a query": (["query", "--name", "contact"], "Abfrage: Es gibt keine benannte Abfrage „contact“; gemeint ist wohl contacts – siehe --list"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_command_line_is_one_line_with_what_is_meant(name: str, cli: Cli) -> None:
    """Commands, options, values and names are told with the nearest one, in the language that was chosen."""
    arguments, message = WRONG[name]
    done = cli(*arguments, "--lang", "de") if name != "no argument" else cli(*arguments, LC_ALL="de_DE.UTF-8")

    assert (2, "", f"efa-lod: {message}\n") == (done.exit_code, done.stdout, done.stderr)


def test_an_option_before_any_command_is_told_too(cli: Cli) -> None:
    """What is wrong before a command is told as well."""
    assert "efa-lod: Die Option --vresion gibt es nicht; gemeint ist wohl --version. Mehr sagt efa-lod --help\n" == (
        cli("--vresion", LC_ALL="de_DE.UTF-8").stderr
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")  # noqa: PTH110
@pytest.mark.parametrize(("language", "said"), [("de", "lässt sich nicht schreiben"), ("en", "cannot be written")])
def test_what_cannot_be_printed_is_told_in_the_language_of_the_command(language: str, said: str) -> None:
    """Where the output is full, one line says so in the language that the command was asked for, with exit code 2."""
    with Path("/dev/full").open("wb") as full:
        called = [sys.executable, "-m", "efa_lod", "help", "schema", "--lang", language]
        done = subprocess.run(called, stdout=full, stderr=subprocess.PIPE, timeout=60)
    lines = done.stderr.decode().splitlines()

    assert (2, 1) == (done.returncode, len(lines))
    assert said in lines[0]


def test_every_message_has_both_languages() -> None:
    """No text of the table is missing or the same in both."""
    assert [] == [rule for rule, texts in USAGE.table.items() if {"de", "en"} != {*texts} or texts["de"] == texts["en"]]


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the ways to all commands below *group*."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        yield (*path, name)
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize("path", [(), *commands(main)], ids=" ".join)
def test_help_fits_80_columns(path: tuple[str, ...], cli: Cli) -> None:
    """No line of any help is cut or wrapped by a terminal of 80 columns."""
    assert [] == [line for line in cli(*path, "--help").stdout.splitlines() if len(line) > 80]


@pytest.mark.parametrize("path", [(), *commands(main)], ids=" ".join)
def test_help_is_german_where_german_is_spoken(path: tuple[str, ...], cli: Cli) -> None:
    """Help has no English sentence in a German environment, and fits 80 columns too; the English one stays as it is."""
    before = cli(*path, "--help").stdout
    german = cli(*path, "--help", LC_ALL="de_DE.UTF-8").stdout
    sentences = [line for line in german.splitlines() if not re.match(r" +(efa-lod|eval) ", line)]

    assert (True, before) == (german != before, cli(*path, "--help").stdout)
    assert [] == [line for line in german.splitlines() if len(line) > 80]
    assert [] == english("\n".join(sentences)), german


def test_each_help_has_its_german_text() -> None:
    """No command and no option is without German, and no German text is left without its English one."""
    texts = german_help()
    helps = {
        option.help
        for path in [(), *commands(main)]
        for option in command_of(path).params
        if isinstance(option, click.Option) and option.help
    }

    assert {" ".join(path) for path in [(), *commands(main)]} == {*texts["commands"]}
    assert helps == {*texts["options"]}


def command_of(path: tuple[str, ...]) -> click.Command:
    """Return the command that is called by the words of *path*, as it is in English."""
    found: click.Command = main
    for name in path:
        assert isinstance(found, CommandGroup)
        command = found.command_named(click.Context(found), name)
        assert command is not None
        found = command
    return found


COMPLETED = {
    "commands": (["qu"], {"query"}),
    "options": (["query", "--expl"], {"--explain"}),
    "formats": (["query", "--format", "js"], {"json", "json-ld"}),
    "queries": (["query", "--name", "who-"], {"who-pays", "who-decides-and-organises"}),
    "states": (["find", "schl"], {"Schleswig-Holstein"}),
    "abbreviations": (["source", "read", "page.txt", "--state", "s"], {"SH", "SL", "SN", "ST", "Saarland", "Sachsen", "Sachsen-Anhalt", "Schleswig-Holstein"}),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPLETED)
def test_the_shell_is_given_what_goes_on_from_a_word(name: str, cli: Cli) -> None:
    """Commands, options, values, states and names of queries are completed, whatever the case that is typed."""
    words, expected = COMPLETED[name]
    asked = {"COMP_WORDS": " ".join(["efa-lod", *words]), "COMP_CWORD": str(len(words))}
    found = subprocess.run(
        [sys.executable, "-m", "efa_lod"],
        env={
            **os.environ,
            **asked,
            "_EFA_LOD_COMPLETE": "bash_complete",
            "_PYTHON__M_EFA_LOD_COMPLETE": "bash_complete",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert expected <= {line.partition(",")[2] for line in found.stdout.splitlines()}, found.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str, cli: Cli) -> None:
    """The script asks this program; bash reads it without an error."""
    script = cli("completion", shell).stdout

    assert f"{shell}_complete" in script and "_EFA_LOD_COMPLETE" in script and " efa-lod" in script
    if shell == "bash":
        read = subprocess.run(
            [program("bash")], input=f"{script}\ncomplete -p efa-lod\n", capture_output=True, text=True
        )
        assert (0, True) == (read.returncode, "_efa_lod_completion" in read.stdout), read.stderr


def test_queries_are_asked_one_after_the_other(cli: Cli) -> None:
    """An empty line runs a query; names of queries, mistakes and notes are answered, and the next one is read."""
    typed = "SELECT ?a\n{ ?s efa:abbreviation ?a }\nORDER BY ?a LIMIT 1\n\nstates-without-catalogue\n\nSELEC\n\nASK { ?s efa:foo ?o }\n"
    done = cli("query", "--interactive", "--format", "csv", "--lang", "de", stdin=typed)

    assert (0, True, True) == (
        done.exit_code,
        "a\r\nBB\r\n" in done.stdout.replace("a\nBB\n", "a\r\nBB\r\n"),
        "no" in done.stdout or "false" in done.stdout,
    )
    assert "1 Zeile.\n" in done.stderr and "nicht lesbar als SPARQL ab „SELEC“" in done.stderr
    assert "efa:foo: Diesen Begriff gibt es nicht" in done.stderr
    assert (
        "--interactive nimmt Abfragen von der Tastatur"
        in cli("query", "ASK {}", "--interactive", "--lang", "de").stderr
    )


def test_the_dialogue_has_history_and_completion(tmp_path: Path) -> None:
    """On a terminal, Tab completes a term, and what was typed is in the history of the next run."""
    with dialogue(tmp_path) as (terminal, running):
        until(terminal, "efa-lod> ")
        os.write(terminal, b"ASK { ?s efa:isoC\t ?o }\n\n\x04")
        assert "efa:isoCode" in until(terminal, "true")
        assert 0 == running.wait(timeout=PATIENCE_S)

    assert "ASK { ?s efa:isoCode" in (tmp_path / "efa-lod/history").read_text()


def test_what_is_typed_while_a_query_runs_is_not_lost(tmp_path: Path) -> None:
    """Keys that are hit before the next line is read are read with it, Ctrl+D among them; the terminal is as before."""
    with dialogue(tmp_path) as (terminal, running):
        before = termios.tcgetattr(terminal)
        until(terminal, "efa-lod> ")
        os.write(terminal, b"SELECT (COUNT(*) AS ?n) { ?a a ?c . ?d a ?f FILTER(?c != ?f) }\n")
        until(terminal, "...> ")
        os.write(terminal, b"\n")
        # Until the query runs, a line is being read, whose characters are not shown.
        awaited(lambda: termios.tcgetattr(terminal)[3] & termios.ECHO, pause=0.001)
        os.write(terminal, b"ASK { }\n\n\x04")
        until(terminal, "true")
        assert 0 == running.wait(timeout=PATIENCE_S)
        assert before == termios.tcgetattr(terminal)


@contextlib.contextmanager
def dialogue(folder: Path) -> "Iterator[tuple[int, subprocess.Popen[bytes]]]":
    """Give a terminal on which queries are asked, and the program, whose history is in *folder*."""
    if not shutil.which("efa-lod", path=str(Path(sys.executable).parent)):
        pytest.skip("efa-lod is not installed as a program")
    pytest.importorskip("readline")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    command = [str(Path(sys.executable).parent / "efa-lod"), "query", "--interactive", "--format", "tsv"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as running:
        try:
            yield ours, running
        finally:
            running.kill()
    os.close(theirs)
    os.close(ours)


def until(terminal: int, expected: str) -> str:
    """Return what *terminal* shows until *expected* is among it."""
    shown, end = "", time.monotonic() + PATIENCE_S
    while expected not in shown:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        assert ready, f"expected {expected!r}, found {shown!r}"
        shown += os.read(terminal, 4096).decode("utf-8", "replace")
    return shown


def test_a_folder_that_cannot_be_made_is_told_as_it_was_named(cli: Cli) -> None:
    """The name of the folder that is written first, beside it, is no matter of who named the other."""
    told = cli("build", "-o", "/proc/none", "--lang", "de").stderr.splitlines()[-1]

    assert "efa-lod: /proc/none: lässt sich nicht schreiben: gibt es nicht" == told


def test_one_word_is_the_name_of_a_query(cli: Cli) -> None:
    """No query is a single word, so one is taken for the name of a named query."""
    assert cli("query", "--name", "contacts").stdout == cli("query", "contacts").stdout != ""


def test_a_file_that_is_not_there_is_told_with_the_one_beside_it(cli: Cli, tmp_path: Path) -> None:
    """A wrong ending or a slip is answered with the file that is meant; where none is like it, with none."""
    (tmp_path / "sh.yaml").write_text("{}")
    meant = f"{tmp_path}/sh.yaml"

    found = [cli("validate", f"{tmp_path}/{name}", "--lang", "de").stderr for name in ("sh.yml", "other.yaml")]

    lines = [f"efa-lod: {tmp_path}/{name}: lässt sich nicht lesen: gibt es nicht" for name in ("sh.yml", "other.yaml")]
    assert [f"{lines[0]}; gemeint ist wohl {meant}\n", f"{lines[1]}\n"] == found
