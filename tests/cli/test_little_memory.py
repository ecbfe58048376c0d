"""With little memory a command ends in one line, wherever it is when there is no more."""

import errno
import os
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from conftest import program
from efa_lod.cli import memory

COMMANDS = ["query 'ASK {}'", "validate --lang de", "find SH", "build --no-site", "schema", "rehearse dist", "diff a b"]
MEBIBYTES = [30, 45, 60, 75]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bound memory otherwise, or not at all")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_without_memory_is_one_line(command: str, tmp_path: Path) -> None:
    """Whether a module cannot be loaded or a graph finds no room, the end is exit code 2 and a line, and no crash.

    Parts of Python that complain by themselves where they cannot be loaded (hashlib), or where they cannot be tidied up
    at the end, add nothing to it.
    """
    ends = {}
    anew = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}  # what another run kept would need less
    for most in MEBIBYTES:
        line = f"ulimit -v {most * 1024}; exec '{sys.executable}' -m efa_lod {command}"
        sh = [program("sh"), "-c", line]
        ended = subprocess.run(sh, cwd=tmp_path, env=anew, capture_output=True, text=True, timeout=120)
        ends[most] = ended.returncode
        assert ended.returncode in (0, 2), f"{most} MiB: {ended.stderr}"
        said = [line for line in ended.stderr.splitlines() if not line.startswith("Note: ")]
        if ended.returncode:
            assert [True] == [line.startswith("efa-lod: ") for line in said], f"{most} MiB: {ended.stderr}"

    assert 2 == ends[MEBIBYTES[0]]


def test_what_lacks_room_is_told_from_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors that only a lack of memory raises are taken for it; others only where most of a bound is used."""
    bug = RuntimeError("cannot start a thread")
    assert memory.lacks_room(MemoryError())
    assert memory.lacks_room(OSError(errno.ENOMEM, "no memory"))
    monkeypatch.setattr(memory, "memory_limit", lambda: None)
    assert not memory.lacks_room(bug)
    monkeypatch.setattr(memory, "memory_limit", lambda: 1 << 50)
    assert not memory.lacks_room(bug)
    assert memory.lacks_room(ImportError("no room", path="/usr/lib/_random" + EXTENSION_SUFFIXES[0]))
    monkeypatch.setattr(memory, "memory_limit", lambda: 1 << 20)
    assert memory.lacks_room(bug)


def test_modules_that_complain_by_themselves_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of Python that lacks a part of its own is a lack of memory, and prints nothing."""
    monkeypatch.setattr(memory, "memory_limit", lambda: 1)
    memory.load_what_complains()
    monkeypatch.delattr("hashlib.sha256")
    with pytest.raises(MemoryError):
        memory.load_what_complains()
