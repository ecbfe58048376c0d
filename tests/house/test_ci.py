"""What prepares a fresh machine runs as far as its first package there."""

import re
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / ".ci" / "run"


def test_a_machine_without_programs_is_told_all_that_is_installed(tmp_path: Path) -> None:
    """On a machine that has none of the programs every package is named, and a failed installation ends the run.

    ``apt-get`` is a program that fails, so that nothing is installed, and the only other one is what the script calls
    before it.
    """
    for name, text in {"apt-get": "exit 1", "dirname": 'exec /usr/bin/dirname "$@"'}.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/bash\n{text}\n", "utf-8")
        program.chmod(0o755)
    run = subprocess.run(
        ["/bin/bash", str(SCRIPT)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60
    )
    assert (run.returncode, run.stderr) == (2, ".ci/run: apt-get update failed\n")
    assert run.stdout.startswith(".ci/run: installing ")
    listed = {line.split()[0] for line in _packages()}
    needs_no_path = {line.split()[0] for line in _packages() if "command -v" not in line}
    assert listed - needs_no_path <= {*run.stdout.split()} <= listed | {".ci/run:", "installing"}


def test_each_package_is_named_once_and_in_order() -> None:
    """A package that stood twice or out of order would be looked for in vain by whoever adds one."""
    names = [line.split()[0] for line in _packages()]
    assert len(names) > 15 and names == sorted({*names})


def _packages() -> list[str]:
    """Return the lines of the list of packages."""
    found = re.search(r"<<'PACKAGES'\n(.*?)\nPACKAGES\n", SCRIPT.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1].splitlines()
