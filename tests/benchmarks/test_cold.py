"""The benchmark of cold starts keeps working; how fast a machine is, it tells its reader and not the tests."""

import subprocess
import sys
from pathlib import Path


def test_the_benchmark_runs_and_the_plain_way_gives_the_same_triples() -> None:
    """Every command of the benchmark ends well, and rdflib and pySHACL write the triples that efa-lod writes."""
    command = [sys.executable, str(Path(__file__).parent / "cold.py"), "--rounds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert "The script wrote the same triples as efa-lod build." in done.stdout
