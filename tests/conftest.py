"""What tests share: the publication as it is read, the command line, and programs that may be missing."""

import faulthandler
import multiprocessing
import os
import shutil
import warnings
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

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
from support.process_state import process_state
from support.sharing import IS_SHARED, made_once, on_the_machine
from support.speed import folded, is_alone, is_slow
from support.turns import in_turns, turn_of

if TYPE_CHECKING:
    from selenium import webdriver
    from xdist.scheduler import LoadScopeScheduling

Cli = Callable[..., Result]

LONGEST_TEST_S = 900
"""Seconds after which a test hangs: no run ends later than this for a form or a server that nobody closes."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark *item* where it is slow, and where it has to be alone."""
    if is_slow(item.nodeid):
        item.add_marker(pytest.mark.slow)
    if is_alone(item.nodeid):
        item.add_marker(pytest.mark.alone)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run *item* beside others, or alone; end the process of one that hangs, for the others to go on."""
    with on_the_machine(item.get_closest_marker("alone") is not None):
        faulthandler.dump_traceback_later(LONGEST_TEST_S, exit=True)
        try:
            return (yield)
        finally:
            faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run single files in this process, and more than that in one on each processor and another.

    Many tests wait for a browser, a server or another program, while which a processor has nothing to do.
    """
    if all(".py" in argument for argument in config.args):
        return 0
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "LoadScopeScheduling":
    """Return what hands out tests to processes."""
    return in_turns(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests of a run in several processes, which all have to find the same order."""
    if IS_SHARED:
        items.sort(key=lambda item: turn_of(item.nodeid))


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter") -> None:
    """Write a line for each reason for which tests were skipped."""
    for line in folded(report.longrepr[2] for report in terminalreporter.getreports("skipped")):
        terminalreporter.write_line(line)


def children() -> set[int | None]:
    """Return the processes that this one has begun and that have not ended."""
    return {process.pid for process in multiprocessing.active_children()}


@pytest.fixture(autouse=True)
def _the_process_is_left_as_it_was() -> Iterator[None]:
    """Fail the test that leaves the process changed, rather than one that comes after it."""
    before = process_state()
    yield
    after = process_state()
    assert [name for name in before if before[name] != after[name]] == []


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

    return made_once(tmp_path_factory, "dist", lambda folder: build(publication, folder))


@pytest.fixture(scope="session")
def site_folder(dist: Path) -> Path:
    """Return the folder with the pages of the packaged publication, and all that a build writes beside them."""
    return dist


@pytest.fixture(scope="module")
def browser() -> Iterator["webdriver.Chrome"]:
    """Give Chromium without a window."""
    from support.sites import chromium

    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def address(site_folder: Path) -> Iterator[str]:
    """Give the address of a plain static host with the site."""
    from support.sites import served

    with served(site_folder) as made:
        yield made
