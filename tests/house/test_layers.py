"""The rooms of the program: who may import whom, and what is imported only when it is needed."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import efa_lod
from support.loaded_modules import loaded_by_us

HOUSE = Path(efa_lod.__file__).parent
SOURCES = sorted(HOUSE.rglob("*.py"))
ROOMS = [
    "errors",
    "extras",
    "io",
    "model",
    "rdf",
    "validation",
    "releases",
    "catalog",
    "sparql",
    "api",
    "web",
    "overview",
    "editing",
    "monitor",
    "site",
    "build",
    "delivery",
    "cli",
]
OWNERS = {
    "click": {"cli"},
    "pyshacl": {"validation"},
    "pyspark": {"build"},
    "yaml": {"io"},
    "requests": {"io"},
    "starlette": {"editing", "web"},
    "selectolax": {"overview"},
    "protego": {"io"},
    "phonenumbers": {"overview"},
    "urllib3": {"io"},
    "jinja2": {"editing", "site", "web"},
    "markdown_it": {"site"},
    "markupsafe": {"site", "web"},
    "python_calamine": {"editing"},
    "xlsxwriter": {"editing", "site"},
}
LAZY = {
    "jinja2",
    "markdown_it",
    "markupsafe",
    "rdflib",
    "pyshacl",
    "pyspark",
    "py4j",
    "yaml",
    "requests",
    "starlette",
    "uvicorn",
    "pandas",
    "selectolax",
    "phonenumbers",
    "protego",
    "urllib3",
    "python_calamine",
    "xlsxwriter",
}


def room(source: Path) -> str:
    """Return the package, or the module beside the packages, in which *source* lies."""
    return source.relative_to(HOUSE).parts[0].removesuffix(".py")


def name(source: Path) -> str:
    """Return the place of *source* in the house, for the names of tests."""
    return str(source.relative_to(HOUSE))


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that *tree* imports anywhere outside of ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        yield from imports(node)


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_a_room_imports_only_from_rooms_above(source: Path) -> None:
    """Data flows one way: a package imports from those that stand before it in the list; inside, order is free."""
    if room(source) in {"__init__", "__main__"}:
        return
    here = ROOMS.index(room(source))
    used = {found.split(".")[1] for found in imports(ast.parse(source.read_text())) if found.startswith("efa_lod.")}

    assert used - set(ROOMS[: here + 1]) == set()


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_a_library_has_one_room(source: Path) -> None:
    """click, pyshacl, yaml and requests are each used in the one package whose matter they are."""
    used = {found.partition(".")[0] for found in imports(ast.parse(source.read_text()))}

    assert {library for library, owners in OWNERS.items() if library in used and room(source) not in owners} == set()


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_heavy_libraries_are_imported_where_they_are_used(source: Path) -> None:
    """No module imports a heavy library as it is loaded itself."""
    if source.stem in ("single_graph", "connections", "plain_requests"):
        return  # classes of rdflib's and uvicorn's kind, imported only by functions that have imported these
    tree = ast.parse(source.read_text())
    top = ast.Module([node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)], [])

    assert {found.partition(".")[0] for found in imports(top)} & LAZY == set()


def test_help_imports_nothing_heavy() -> None:
    """``efa-lod --help`` loads click and nothing that takes time."""
    loaded = _modules_after("c.main(['--help'], standalone_mode=False)")

    assert set() == loaded_by_us(("rdflib", "pyshacl", "pyoxigraph", "yaml", "requests"), loaded)


def test_a_query_of_a_file_imports_nothing_that_makes_graphs_from_records(tmp_path: Path) -> None:
    """``efa-lod query`` over a graph file loads the engine, and neither what makes graphs nor what tells of mistakes."""
    (tmp_path / "graph.nt").write_text("<a:a> <a:b> <a:c> .\n")
    run = f"c.main(['query', 'ASK {{ ?s ?p ?o }}', '--graph', '{tmp_path}/graph.nt'], standalone_mode=False)"
    slow = ("rdflib", "requests", "tomllib", "hashlib", "csv", "efa_lod.rdf.graphs", "efa_lod.model.expansion")

    assert set() == loaded_by_us(slow, _modules_after(run))


def _modules_after(run: str) -> list[str]:
    """Return the modules that are loaded once *run* has called the command line ``c``."""
    code = f"import sys, efa_lod.cli as c; {run}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


@pytest.mark.parametrize(("name", "other"), [("random", "statistics"), ("calendar", "http.cookiejar")])
def test_a_module_that_another_of_the_interpreter_loads_is_not_ours(name: str, other: str) -> None:
    """What a standard module loads by itself is that module's matter; what no other has loaded is ours."""
    assert {name} == loaded_by_us([name], ["sys", "textwrap", name])
    assert set() == loaded_by_us([name], ["sys", other, name])
    assert {"json"} == loaded_by_us(["json"], ["json", "json.decoder"])


def test_the_tower_names_the_packages_in_their_order() -> None:
    """The docstring of the program lists what there is, in the order in which it may be imported."""
    listed = [line for line in str(efa_lod.__doc__).splitlines() if line.startswith("- ``")]
    named = [word for line in listed for word in re.findall(r"``(\w+)``", line.partition(":")[0])]

    assert [room for room in ROOMS if (HOUSE / room).is_dir() or (HOUSE / f"{room}.py").is_file()] == named


@pytest.mark.parametrize(
    "package", sorted(path.parent for path in HOUSE.glob("*/__init__.py")), ids=lambda path: path.name
)
def test_a_package_lists_its_modules(package: Path) -> None:
    """The docstring of a package has a line for each of its modules, in alphabetical order, and for nothing else."""
    text = ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or ""
    modules = {path.stem for path in package.glob("*.py")} | {
        path.parent.name for path in package.glob("*/__init__.py")
    }

    assert sorted(modules - {"__init__"}) == re.findall(r"^- ``(\w+)``: ", text, re.MULTILINE)
