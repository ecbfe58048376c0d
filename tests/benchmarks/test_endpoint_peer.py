"""The benchmark of the endpoint beside Oxigraph's own server runs, and a request costs not far more than there."""

import os
import subprocess
import sys
from pathlib import Path

from conftest import missing


def test_a_request_costs_not_far_more_than_it_costs_the_peer() -> None:
    """Both are asked in turn, and told in time of the processor; a start and hostile clients are told too."""
    if not os.environ.get("EFA_LOD_BENCHMARK_PEERS"):
        missing("EFA_LOD_BENCHMARK_PEERS does not name an environment with Oxigraph's server")
    script = str(Path(__file__).with_name("endpoint_peer.py"))
    command = [sys.executable, script, "--records", "1000", "--clients", "8", "--seconds", "0.2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert (0, "") == (done.returncode, done.stderr), done.stdout
    for words in ("requests/s, Oxigraph", "µs of the processor", "begins after", "8 hostile"):
        assert words in done.stdout
