"""Every option and argument of every command with hostile values: exit code 0, 1 or 2, one line, no traceback.

Each value is tried once for each kind of option; ``EFA_LOD_SOAK_VALUES=1`` tries all values with all options.
"""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click
import pytest

import efa_lod.editing.form_server
import efa_lod.web.server
from conftest import Cli
from efa_lod.cli import main
from efa_lod.model.publication import packaged_folder
from support.patience import PATIENCE_S

ALL = os.environ.get("EFA_LOD_SOAK_VALUES") == "1"
LONGEST_S = 2 * PATIENCE_S
NOBODY = "http://127.0.0.1:9/"
TEXTS = [
    "", " ", "-", "--", "..", "a\nb", "\x1b[31m", "\u202ex", "\udcff", "x" * 10_000, "%s{0}{a}", "💥", "a\tb",
    "javascript:alert(1)", "http://[", "http://a b/", "http://127.0.0.1:99999/", "file:///etc/passwd", "http://",
    "http://me:secret@127.0.0.1:9/", "https://\udcff/", "http://xn--/", "//a", "@x", "*", "1",
]  # fmt: skip
PATHS = [
    "", " ", "loop", "loop/x", "folder", "file", "file/x", "nothing", "pipe", "/dev/full", "/dev/zero", "/dev/null",
    "/proc/self/mem", "/", ".", "..", "x" * 300, "a\nb", "\udcff", "\x1b[31m", "~root", "empty.ttl", "zeros.ttl", "empty.yaml",
]  # fmt: skip
NUMBERS = [
    "",
    " ",
    "nan",
    "-nan",
    "inf",
    "-inf",
    "-1",
    "0",
    "1e400",
    "9" * 400,
    "1e-320",
    "0x10",
    "1_0",
    "٣",
    "x",
    "\udcff",
]
DAYS = ["", "0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30", "-1", "2026-01-01T00:00:00", "x", "\udcff"]
BEFORE = {
    "query": ["ASK {}"],
    "find": ["01"],
    "validate": ["file.yaml"],
    "build": ["--no-site", "-o", "out"],
    "check-site": [NOBODY],
    "diff": ["empty.ttl", "empty.ttl"],
    "links check": ["--offline"],
    "rehearse": ["empty.ttl"],
    "source confirm": [NOBODY, "--dry-run"],
    "source coverage": [NOBODY],
    "source draft": [NOBODY, "sh"],
    "source read": [NOBODY],
    "source watch": [NOBODY],
}
"""What a command needs besides the option that is tried; arguments of the same name are left out."""


_COSTLY = ("build", "release", "spark", "new")
"""Commands that come last, since they write much where a value is good."""
_NO_FILES = ("question", "words", "url", "query", "state")
"""Arguments that name no file."""


def values(parameter: click.Parameter) -> list[str]:
    """Return hostile values for the kind of *parameter*."""
    kind = type(parameter.type).__name__
    if kind in ("IntRange", "FloatRange", "Seconds", "IntParamType", "FloatParamType"):
        return NUMBERS
    if kind == "DateTime":
        return DAYS
    if kind == "Path":
        return PATHS
    if kind == "Choice":
        return TEXTS[:10]
    return [*TEXTS, *PATHS] if isinstance(parameter, click.Argument) and parameter.name not in _NO_FILES else TEXTS


def commands(
    command: click.Command, context: click.Context, way: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """Yield all commands below *command*, by the words that call them."""
    if not isinstance(command, click.Group):
        yield " ".join(way), command
        return
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below
        yield from commands(below, context, (*way, name))


def cases() -> Iterator[tuple[str, str, str]]:
    """Yield command, parameter and value."""
    tried: set[tuple[str, str]] = set()
    found = sorted(commands(main, click.Context(main)), key=lambda it: it[0] in _COSTLY)
    for name, command in found:
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.is_flag:
                continue
            for value in values(parameter):
                kind = (str(parameter.name), value)
                if ALL or kind not in tried:
                    tried.add(kind)
                    yield name, parameter.opts[0], value


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder: a small publication, with all kinds of things in it."""
    for part in ("data", "ontology", "shapes"):
        shutil.copytree(packaged_folder() / part, tmp_path / part)
    for state in (tmp_path / "data" / "states").iterdir():
        if state.name not in ("sh.yaml", "hh.yaml"):
            state.unlink()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("x")
    (tmp_path / "file.yaml").write_text("id: x\n")
    (tmp_path / "empty.ttl").write_text("")
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "zeros.ttl").write_bytes(bytes(100))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(efa_lod.web.server, "serve", lambda *arguments: None)
    monkeypatch.setattr(efa_lod.editing.form_server, "serve_form", lambda *arguments: None)
    return tmp_path


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    """Let an alarm end what takes too long, for as long as a test runs."""
    before = signal.signal(signal.SIGALRM, too_slow)
    yield
    signal.signal(signal.SIGALRM, before)


class TooSlow(BaseException):
    """Raised in a command that takes too long, and caught by none."""


def too_slow(number: int, frame: object) -> NoReturn:
    """Stop what takes too long."""
    raise TooSlow


GROUPS: dict[tuple[str, str], list[str]] = {}
for _name, _option, _value in cases():
    GROUPS.setdefault((_name, _option), []).append(_value)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("name", "option"), GROUPS)
def test_a_hostile_value_is_told_in_one_line(name: str, option: str, cli: Cli) -> None:
    """Whatever a value is, the command ends with 0, 1 or 2, and the reason is one line without control characters."""
    wrong = {}
    for value in GROUPS[name, option]:
        before = BEFORE.get(name, [])
        given = [value] if not option.startswith("-") else [option, value]
        is_argument = not option.startswith("-")
        arguments = [
            *name.split(),
            *(before[1:] if is_argument and before and not before[0].startswith("-") else before),
        ]
        arguments += ["--", *given] if is_argument else given
        signal.alarm(LONGEST_S)
        try:
            found = cli(*arguments)
        except TooSlow:
            wrong[value[:60]] = f"more than {LONGEST_S} s"
            continue
        finally:
            signal.alarm(0)
        if problem := problem_of(found.exit_code, found.exception, found.stderr):
            wrong[value[:60]] = problem

    assert {} == wrong


def problem_of(exit_code: int, exception: BaseException | None, said: str) -> str:
    """Return what is wrong with how a command ended, or an empty text."""
    if exception is not None and not isinstance(exception, SystemExit):
        return f"traceback: {exception!r}"
    if exit_code not in (0, 1, 2):
        return f"exit code {exit_code}"
    if re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", said):
        return f"control characters: {said!r}"
    if "secret" in said and "efa-lod: " in said:
        return f"a password: {said}"
    own = [line for line in said.splitlines() if line.startswith("efa-lod: ")]
    if exit_code == 2 and not own and "Error: " not in said:
        return f"no reason: {said!r}"
    if len(own) > 1 or (own and said.splitlines()[-1] != own[0]):
        return f"more than a line: {said!r}"
    return ""
