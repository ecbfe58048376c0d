"""The rooms of the program: who may import whom, and what is imported only when it is needed."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import efa_lod

SOURCES = sorted(Path(efa_lod.__file__).parent.glob("*.py"))
ROOMS = [
    "errors",
    "extras",
    "months",
    "files",
    "bounds",
    "reading",
    "authorities",
    "publication",
    "context",
    "statements",
    "columns",
    "results",
    "records",
    "memory",
    "rdf",
    "markup",
    "sources",
    "wording",
    "drafting",
    "coverage",
    "privacy",
    "advice",
    "fetching",
    "watching",
    "freshness",
    "links",
    "tracing",
    "screening",
    "validation",
    "reports",
    "identifiers",
    "tally",
    "exports",
    "processes",
    "batches",
    "catalog",
    "void",
    "checks",
    "comparison",
    "spreadsheets",
    "areas",
    "finder",
    "vcards",
    "profiles",
    "portals",
    "rehearsal",
    "queries",
    "workers",
    "room",
    "api",
    "cookbook",
    "negotiation",
    "finder",
    "documents",
    "templating",
    "pages",
    "site_shared",
    "site_terms",
    "site_cookbook",
    "site_data",
    "site",
    "rules",
    "linked_data",
    "site_advice",
    "site_survey",
    "site_looks",
    "site_check",
    "site_reports",
    "endpoint",
    "server",
    "replacing",
    "build",
    "spark",
    "cli_options",
    "cli_check",
    "cli_find",
    "cli_query",
    "cli_serve",
    "cli_source",
    "cli_spark",
    "cli_links",
    "cli",
    "__main__",
]
OWNERS = {
    "click": {
        "cli",
        "cli_check",
        "cli_find",
        "cli_options",
        "cli_query",
        "cli_serve",
        "cli_source",
        "cli_spark",
        "cli_links",
    },
    "pyshacl": {"validation"},
    "pyspark": {"spark"},
    "yaml": {"reading"},
    "requests": {"fetching"},
    "starlette": {"linked_data", "server"},
    "selectolax": {"markup"},
    "protego": {"fetching"},
    "phonenumbers": {"wording"},
    "urllib3": {"fetching"},
    "jinja2": {"templating"},
    "markupsafe": {"pages", "templating"},
    "xlsxwriter": {"spreadsheets"},
}
LAZY = {
    "jinja2",
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
    "xlsxwriter",
}


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


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_room_imports_only_from_rooms_above(source: Path) -> None:
    """Data flows one way: a module imports from those that stand before it in the list of rooms."""
    if source.stem == "__init__":
        return
    above = set(ROOMS[: ROOMS.index(source.stem)])
    own = {
        name.removeprefix("efa_lod.") for name in imports(ast.parse(source.read_text())) if name.startswith("efa_lod.")
    }

    assert own - above == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_library_has_one_room(source: Path) -> None:
    """click, pyshacl, yaml and requests are each used in the one room whose matter they are."""
    used = {name.partition(".")[0] for name in imports(ast.parse(source.read_text()))}

    assert {library for library, owners in OWNERS.items() if library in used and source.stem not in owners} == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_heavy_libraries_are_imported_where_they_are_used(source: Path) -> None:
    """No module imports a heavy library as it is loaded itself."""
    if source.stem == "memory":
        return  # a class of rdflib's kind, imported only by functions that have imported rdflib
    tree = ast.parse(source.read_text())
    top = ast.Module([node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)], [])

    assert {name.partition(".")[0] for name in imports(top)} & LAZY == set()


def test_help_imports_nothing_heavy() -> None:
    """``efa-lod --help`` loads click and nothing that takes time."""
    code = "import sys, efa_lod.cli as c; c.main(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert [name for name in ("rdflib", "pyshacl", "pyoxigraph", "yaml", "requests") if f"'{name}'" in found] == []
