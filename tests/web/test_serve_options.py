"""Options of ``serve`` that cannot be used: one line, exit code 2, no traceback."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from support.patience import PATIENCE_S

WRONG = {
    "address without scheme": ("--address", "example.org"),
    "address as script": ("--address", "javascript:alert(1)"),
    "address with markup": ("--address", "https://example.org/<script>"),
    "address with a password": ("--address", "https://me:secret@example.org/"),
    "address with a query": ("--address", "https://example.org/?a=b"),
    "address of a file": ("--address", "file:///etc"),
    "address with a bad port": ("--address", "https://example.org:99999"),
    "address with a bracket": ("--address", "http://["),
    "address with spaces": ("--address", "https://exa mple.org"),
    "address empty": ("--address", ""),
    "name is no IRI": ("--named", "a b:c=data.ttl"),
    "name with a bracket": ("--named", "http://a/<=data.ttl"),
    "name without a file": ("--named", "http://a/="),
    "many workers": ("--workers", "100000"),
    "memory beyond all": ("--memory-limit", "99999999999999999999"),
    "rows beyond all": ("--row-limit", "99999999999999999999"),
    "answers beyond all": ("--size-limit", "99999999999999999999"),
    "time without end": ("--time-limit", "inf"),
    "time that is no number": ("--time-limit", "nan"),
    "host that is none": ("--host", "not a host"),
    "link to itself as graph": ("--graph", "loop"),
    "link to itself as site": ("--site", "loop"),
    "link to itself as store": ("--store", "loop"),
    "link to itself as named graph": ("--named", "http://a/=loop"),
}


def served(
    folder: Path, *options: str, files: int = 0, out: int = subprocess.PIPE
) -> "subprocess.CompletedProcess[str]":
    """Return how ``serve`` ended with *options* in *folder*, where it may open that many *files*."""
    command = [sys.executable, "-m", "efa_lod", "serve", "--port", "0", *options]
    limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))) if files else None
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False, preexec_fn=limit
    )


@pytest.mark.parametrize("name", WRONG)
def test_an_option_that_cannot_be_used_is_told(name: str, tmp_path: Path) -> None:
    """The server does not start, and the message names what is wrong without a password in it."""
    (tmp_path / "loop").symlink_to("loop")

    found = served(tmp_path, *WRONG[name])

    assert (2, "") == (found.returncode, found.stdout), found
    assert "Traceback" not in found.stderr
    assert "secret" not in found.stderr
    assert found.stderr.strip()


@pytest.mark.parametrize("files", [24, 64, 128])
def test_too_few_open_files_are_told(files: int, tmp_path: Path) -> None:
    """Where the system allows too few open files, one line says how many are needed."""
    found = served(tmp_path, files=files)

    assert (2, 1) == (found.returncode, found.stderr.count("\n")), found.stderr
    assert "open files" in found.stderr


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["query", "ASK {}"], ["query", "--list"], ["--help"]])
def test_a_full_device_is_told(command: list[str], tmp_path: Path) -> None:
    """Where the output cannot be written, the command ends and says why in one line."""
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "efa_lod", *command],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    assert (2, 1) == (found.returncode, found.stderr.count("\n")), found.stderr
