"""The benchmark of the site keeps working; how fast a machine is, it tells its reader and not the tests."""

import re
import subprocess
import sys
from pathlib import Path

from conftest import program


def test_the_benchmark_tells_builds_sizes_and_what_a_telephone_needs() -> None:
    """Each part of the report has its figures, and pages are as small and calm as they must be on any machine."""
    for name in ("chromium", "chromedriver"):
        program(name)
    command = [sys.executable, str(Path(__file__).parent / "site.py"), "--rounds", "1", "--records", "20"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert re.search(r"^ +36 records .* ms a record", done.stdout, re.MULTILINE)
    assert "reached – all below 120 kB" in done.stdout
    rows = re.findall(r"^(\S.*?) +\d+ ms +(\d\.\d+) +(\d+) +([\d.]+) kB", done.stdout, re.MULTILINE)
    assert ["start page", "state/sh.html", "comparison.html", "find.html"] == [name for name, *_ in rows]
    assert [] == [row for row in rows if float(row[1]) > 0.1 or int(row[2]) > 8 or float(row[3]) > 150]
