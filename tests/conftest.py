"""What tests share: the publication as it is read, the command line, and programs that may be missing."""

import multiprocessing
import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

with warnings.catch_warnings():  # its plug-ins warn as they are loaded, trio's among them, and warnings are errors here
    warnings.simplefilter("ignore")
    import hypothesis  # noqa: F401
from click.testing import CliRunner, Result

from efa_lod.cli import main
from efa_lod.io.reading import Document
from efa_lod.model.context import Context, read_context
from efa_lod.model.publication import Publication, packaged_folder, read_publication
from efa_lod.model.records import publication_records
from efa_lod.rdf.graphs import Triples, ontology_triples, record_triples
from support.speed import folded, is_slow

Cli = Callable[..., Result]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark *item* where it is slow."""
    if is_slow(item.nodeid):
        item.add_marker(pytest.mark.slow)


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter") -> None:
    """Write a line for each reason for which tests were skipped."""
    for line in folded(report.longrepr[2] for report in terminalreporter.getreports("skipped")):
        terminalreporter.write_line(line)


def children() -> set[int | None]:
    """Return the processes that this one has begun and that have not ended."""
    return {process.pid for process in multiprocessing.active_children()}


def missing(what: str) -> NoReturn:
    """Skip the test because *what* is missing, or fail where everything is required."""
    if os.environ.get("EFA_LOD_REQUIRE_ALL") == "1":
        pytest.fail(f"EFA_LOD_REQUIRE_ALL is set and {what}")
    pytest.skip(what)


def program(name: str) -> str:
    """Return the path of a program, or skip."""
    found = shutil.which(name)
    return found if found else missing(f"the program {name} is not installed")


@pytest.fixture(scope="session")
def reference() -> Path:
    """Return the folder with the source page and the official shapes."""
    folder = os.environ.get("EFA_LOD_REFERENCE")
    if not folder:
        missing("EFA_LOD_REFERENCE does not name the folder with the source page and the official shapes")
    return Path(folder)


@pytest.fixture(scope="session")
def publication() -> Publication:
    """Return the packaged publication."""
    return read_publication()


@pytest.fixture(scope="session")
def context(publication: Publication) -> Context:
    """Return its context."""
    return read_context(publication)


@pytest.fixture(scope="session")
def documents(publication: Publication) -> list[Document]:
    """Return its records."""
    return list(publication_records(publication))


@pytest.fixture(scope="session")
def triples(documents: list[Document], context: Context) -> Triples:
    """Return what its records say."""
    return record_triples(documents, context)


@pytest.fixture(scope="session")
def graph_triples(triples: Triples, publication: Publication) -> Triples:
    """Return what its graph file holds."""
    return [*triples, *ontology_triples(publication)]


@pytest.fixture
def cli() -> Cli:
    """Return a function that runs a command line in English and gives exit code, stdout and stderr."""

    def run(*arguments: object, stdin: str | bytes | None = None, **environment: str) -> Result:
        return CliRunner().invoke(
            main,
            [str(argument) for argument in arguments],
            input=stdin,
            env={"LC_ALL": "C", **environment},
            catch_exceptions=True,
        )

    return run


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the packaged publication that a test may change."""
    folder = tmp_path / "publication"
    for part in ("data", "ontology", "shapes"):
        shutil.copytree(packaged_folder() / part, folder / part)
    return folder


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory, publication: Publication) -> Path:
    """Return the folder that a build has written."""
    from efa_lod.build.build import build

    folder = tmp_path_factory.mktemp("build") / "dist"
    assert build(publication, folder).outputs
    return folder


@pytest.fixture(scope="session")
def site_folder(dist: Path) -> Path:
    """Return the folder with the pages of the packaged publication, and all that a build writes beside them."""
    return dist
