"""The benchmark of the query page runs in a real browser, and the page is not far from the engine by itself."""

import os
import re
import subprocess
import sys
from pathlib import Path

from conftest import missing, program


def test_the_first_answer_is_not_far_from_its_goal() -> None:
    """First and second answer have their times, beside those of the engine by itself."""
    if not os.environ.get("EFA_LOD_OXIGRAPH_NPM"):
        missing("EFA_LOD_OXIGRAPH_NPM does not name the folder of the npm package oxigraph")
    for name in ("chromium", "chromedriver"):
        program(name)
    command = [sys.executable, str(Path(__file__).with_name("browser_query.py")), "--rounds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert 4 == len(
        re.findall(r"^  (?:first answer|second answer|engine by itself) +[0-9.]+ s", done.stdout, re.MULTILINE)
    )
