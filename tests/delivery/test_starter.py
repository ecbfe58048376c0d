"""A publication of one's own: what is written can be checked, built, released and published as it stands."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import Cli, missing
from support.hosting import serve

WORKFLOWS = ("check", "publish", "release")
ORDER = {"check": ["check"], "publish": ["build", "deliver"], "release": ["release"]}
"""The jobs whose steps are run here, in their order; ``pages`` is GitHub's own."""
BASE = "https://data.example.org/efa/"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that ``init`` has written."""
    folder = tmp_path_factory.mktemp("starter") / "own"
    subprocess.run([sys.executable, "-m", "efa_lod", "init", folder, "--base-iri", BASE], check=True)
    return folder


@pytest.fixture
def own(started: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, as a repository whose target is a folder."""
    folder = Path(shutil.copytree(started, tmp_path / "own"))
    (folder / "data/targets.yaml").write_text(f"www: {{kind: folder, address: '{tmp_path / 'www'}'}}\n")
    origin = tmp_path / "origin.git"
    subprocess.run(["git", "init", "-q", "--bare", origin], check=True)
    for command in (
        ["init", "-q", "-b", "main"],
        ["config", "user.email", "a@example.org"],
        ["config", "user.name", "a"],
        ["add", "-A"],
        ["commit", "-q", "-m", "Begin"],
        ["remote", "add", "origin", str(origin)],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def run(script: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run *script* as both services do: bash, which ends at the first failure; no package is installed."""
    stub = folder.parent / "bin"
    stub.mkdir(exist_ok=True)
    (stub / "pip").write_text("#!/bin/sh\ntest -f requirements.txt\n")
    (stub / "efa-lod").write_text(f'#!/bin/sh\nexec {sys.executable} -m efa_lod "$@"\n')
    for program in stub.iterdir():
        program.chmod(0o755)
    env = {**os.environ, "PATH": f"{stub}:{os.environ['PATH']}", "LC_ALL": "C", **environment}
    return subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=env, capture_output=True, text=True)


def steps(folder: Path, workflow: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield name, script and variables of each step of a workflow that runs commands."""
    jobs = yaml.safe_load((folder / f".github/workflows/{workflow}.yml").read_text())["jobs"]
    for job in ORDER[workflow]:
        for step in jobs[job]["steps"]:
            if "run" in step:
                yield step.get("name", ""), step["run"], step.get("env", {})


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """Give the address of what was brought to *folder*, served as it is deployed."""
    with serve(folder) as server:
        yield server.address


def evaluated(variables: dict[str, str], **values: str) -> dict[str, str]:
    """Return *variables* with the values of a repository, as GitHub puts them in; secrets are empty."""
    found = {}
    for name, expression in variables.items():
        match = re.fullmatch(r"\$\{\{ (?:vars|secrets)\.(\w+) \}\}", expression)
        assert match, f"{name}: {expression}: only variables and secrets stand in the steps"
        found[name] = values.get(match[1], "")
    return found


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_the_steps_for_github_run(workflow: str, own: Path) -> None:
    """Each command of each step does what it says, on the folder as it was written."""
    for name, script, variables in steps(own, workflow):
        done = run(script, own, **evaluated(variables, EFA_LOD_TARGETS="www"))
        assert 0 == done.returncode, f"{name}: {done.stdout}{done.stderr}"
    if workflow == "check":
        assert "2.1.0" == json.loads((own / "findings.sarif").read_text())["version"]
        assert (own / "findings.xml").read_text().startswith("<?xml")
        assert (own / "dist/index.html").is_file()
    if workflow == "publish":
        assert "create" == json.loads((own / "receipt-www.json").read_text())["action"]
        assert (own.parent / "www/SHA256SUMS").read_bytes() == (own / "dist/SHA256SUMS").read_bytes()
    if workflow == "release":
        branches = subprocess.run(["git", "branch", "-r"], cwd=own, capture_output=True, text=True, check=True).stdout
        assert "origin/release-1.0.0" in branches
        assert (own / "data/releases/1.0.0.json").is_file()


def test_the_steps_for_gitlab_run(own: Path) -> None:
    """The jobs run one after the other, with the files that they hand on."""
    jobs = yaml.safe_load((own / ".gitlab-ci.yml").read_text())
    for name in ("validate", "release", "preview", "pages", "deliver"):
        script = "\n".join([*jobs["default"]["before_script"], *jobs[name]["script"]])
        done = run(script, own, EFA_LOD_TARGETS="www", EFA_LOD_SITE="")
        assert 0 == done.returncode, f"{name}: {done.stdout}{done.stderr}"
        for path in jobs[name]["artifacts"].get("paths", []):
            assert list(own.glob(path)), path

    assert (own / "public/index.html").is_file()


def test_a_published_site_is_held_against_and_checked(own: Path) -> None:
    """With the address of a site, what is published there is compared before, and checked afterwards."""
    assert 0 == run("efa-lod build -o dist", own).returncode
    with site(own / "dist") as address:
        by_name = {name: (script, variables) for name, script, variables in steps(own, "publish")}
        for name in ("Hold against what is published", "Check the site"):
            script, variables = by_name[name]
            done = run(script, own, **evaluated(variables, EFA_LOD_SITE=address))
            assert 0 == done.returncode, f"{name}: {done.stdout}{done.stderr}"


def test_a_broken_record_stops_the_check_with_its_findings(own: Path) -> None:
    """A mistake ends the step with its place, and the files with findings are there to be shown."""
    file = own / "data/states/sh.yaml"
    file.write_text(file.read_text().replace('stateKey: "01"', 'stateKey: "1"'))
    (script,) = (script for name, script, _ in steps(own, "check") if name == "Validate")
    done = run(script, own)
    found = json.loads((own / "findings.sarif").read_text())["runs"][0]["results"]

    assert 1 == done.returncode
    assert "data/states/sh.yaml:" in done.stdout
    assert "error" in {one["level"] for one in found}
    assert "<failure" in (own / "findings.xml").read_text()


def checked(*command: str) -> str:
    """Return what a linter says, or skip."""
    program = Path(sys.executable).with_name(command[0])
    if not program.is_file():
        missing(f"{command[0]} is not installed (pip install 'efa-lod[test]')")
    done = subprocess.run([str(program), *command[1:]], capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_github_would_take_the_workflows(workflow: str, started: Path) -> None:
    """The workflows are valid by the schema that is published for them."""
    file = str(started / f".github/workflows/{workflow}.yml")

    assert "" == checked("check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)


def test_gitlab_would_take_the_jobs(started: Path) -> None:
    """The jobs are valid by the schema that is published for them."""
    file = str(started / ".gitlab-ci.yml")

    assert "" == checked(
        "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", file
    )


def test_a_linter_has_nothing_to_say(started: Path) -> None:
    """YAML is written in one way: no tab, no trailing space, no key twice."""
    rules = "{extends: default, rules: {line-length: {max: 120}, truthy: {check-keys: false}, document-start: disable}}"
    files = [*started.glob(".github/workflows/*.yml"), started / ".gitlab-ci.yml", started / "data/targets.yaml"]

    assert "" == checked("yamllint", "--strict", "-d", rules, *map(str, files))


def test_no_secret_and_no_expression_stands_in_a_script(started: Path) -> None:
    """What others may write – titles, branches – is in no command; logins come as variables of the environment only."""
    for workflow in WORKFLOWS:
        text: dict[str, Any] = yaml.safe_load((started / f".github/workflows/{workflow}.yml").read_text())
        scripts = [step.get("run", "") for job in text["jobs"].values() for step in job["steps"]]
        assert not any("${{" in script for script in scripts)
        assert "permissions" in text


def test_a_folder_with_something_in_it_is_refused(cli: Cli, tmp_path: Path) -> None:
    """Nothing is written over; an empty folder is taken; the base that was asked for is set."""
    (tmp_path / "mine.txt").write_text("mine")
    refused = cli("init", tmp_path)
    (tmp_path / "empty").mkdir()
    taken = cli("init", tmp_path / "empty", "--base-iri", "https://data.example.org/x/")
    wrong = cli("init", tmp_path / "other", "--base-iri", "no address")

    assert 2 == refused.exit_code
    assert "expected a new or empty folder" in refused.stderr
    assert 0 == taken.exit_code
    assert "baseIri: https://data.example.org/x/\n" in (tmp_path / "empty/data/publication.yaml").read_text()
    assert 2 == wrong.exit_code
    assert {"mine.txt", "empty"} == {path.name for path in tmp_path.iterdir()}


def test_what_belongs_to_the_packaged_publication_is_not_copied(started: Path) -> None:
    """A publication of one's own begins without releases of another, and without the manual of the program."""
    assert not (started / "data/releases").exists()
    assert not (started / "data/manual").exists()
    assert "dist/" in (started / ".gitignore").read_text()
