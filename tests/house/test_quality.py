"""The sources are clean for the linter, the formatter and the type checker, and the top level is as agreed."""

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import missing

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {"pyproject.toml", "README.md", "ontology", "data", "shapes", "src", "tests"}
BESIDE = {"LICENSE", "CITATION.cff", "CHANGELOG.md"}


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("mypy", "tests")],
    ids=lambda command: " ".join(command[:2]),
)
def test_sources_are_clean(command: tuple[str, ...]) -> None:
    """The linter, the formatter and the type checker have nothing to say."""
    found = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    if "No module named" in found.stderr:
        missing(f"{command[0]} is not installed")

    assert (0, "") == (found.returncode, "" if found.returncode == 0 else found.stdout + found.stderr)


def test_top_level_is_as_agreed() -> None:
    """The top level holds what the project's users named, and beside it only licence, citation and changes."""
    found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("not a git checkout")
    names = {Path(line).parts[0] for line in found.stdout.splitlines()}

    assert {name for name in names if not name.startswith(".")} - BESIDE == TOP_LEVEL
