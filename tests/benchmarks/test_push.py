"""The benchmark of pushes runs, and tells what it measured."""

import subprocess
import sys
from pathlib import Path

from conftest import program
from support.stores import running_store


def test_the_benchmark_tells_what_it_measured(tmp_path: Path) -> None:
    """Each way and each step of a push has its time."""
    with running_store("oxigraph", tmp_path):
        program("virtuoso-t")
    script = str(Path(__file__).with_name("push.py"))
    command = [sys.executable, script, "--records", "20", "--stores", "oxigraph", "--most", "1000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)

    assert 0 == done.returncode, done.stderr
    for word in (
        "PUT",
        "may leave a part",
        "efa-lod push",
        "load",
        "compare",
        "times the fastest way",
        "leaves no part",
        "memory",
    ):
        assert word in done.stdout
