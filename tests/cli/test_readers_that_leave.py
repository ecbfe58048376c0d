"""A reader may stop reading, as ``head`` does: that is silent, and is not taken for data that do not conform."""

import os
import subprocess
import sys

import pytest

COMMANDS = [
    ["--help"],
    ["--version"],
    ["find", "SH"],
    ["query", "SELECT * { ?s ?p ?o }"],
    ["query", "CONSTRUCT WHERE { ?s ?p ?o }", "--format", "turtle"],
    ["query", "--list"],
    ["schema"],
    ["validate", "--format", "json"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_leaves_is_no_finding(command: list[str]) -> None:
    """With nobody at the other end of the pipe a command ends with exit code 2, and without a line of its own."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        ended = subprocess.run(
            [sys.executable, "-m", "efa_lod", *command], stdout=pipe, stderr=subprocess.PIPE, text=True, timeout=60
        )

    assert ended.returncode == 2, ended.stderr
    assert "roken" not in ended.stderr and "efa-lod: " not in ended.stderr and "Traceback" not in ended.stderr
