"""The benchmark of cold starts keeps working, and a cold query is not far from its goal in time of the processor."""

import subprocess
import sys
from pathlib import Path

import pytest


def test_the_benchmark_runs_and_the_plain_way_gives_the_same_triples() -> None:
    """Every command ends well, rdflib and pySHACL write the same triples, and no held target is missed by far."""
    command = [sys.executable, str(Path(__file__).parent / "cold.py"), "--rounds", "3", "--only", "query"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert "The script wrote the same triples as efa-lod build." in done.stdout


@pytest.mark.parametrize("title", ["clean record", "with a finding", "help", "find"])
def test_a_short_command_is_not_far_from_its_goal(title: str) -> None:
    """Help, a question to the finder and a record, clean or not, take not much more of the processor than the goal."""
    only = ["--rounds", "5", "--only", title]
    command = [sys.executable, str(Path(__file__).parent / "cold.py"), *only]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert (0, "") == (done.returncode, done.stderr), done.stdout
