"""Modules are short, each name means one thing, and what is offered to others stays."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import efa_lod

HOUSE = Path(efa_lod.__file__).parent
SOURCES = {str(path.relative_to(HOUSE)): path.read_text(encoding="utf-8") for path in sorted(HOUSE.rglob("*.py"))}
LONGEST = 400
MOST_SHARED_NAMES = 0
"""Public names defined in more than one module; the number must only fall, and ten are enough."""
MOST_ANYS = 112
"""Uses of ``Any``, by which a type is left open: forms that others made, records before they are checked, and JSON."""
INTERFACE = ["IRI", "Table", "__version__", "ask", "construct", "graph", "query"]


def public_names(source: str) -> Iterator[str]:
    """Yield the public names that *source* defines at its top level."""
    for node in ast.parse(source).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                names = [name]
            case ast.Assign(targets=targets):
                names = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names = [name]
            case _:
                names = []
        yield from (name for name in names if not name.startswith("_"))


def test_no_module_is_long() -> None:
    """A module above 400 lines is two modules."""
    assert [] == [name for name, source in SOURCES.items() if len(source.splitlines()) > LONGEST]


def test_no_banner_comments() -> None:
    """A module that needs a banner comment is two modules, in the tests as well."""
    tests = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parents[1].rglob("*.py"))]
    lines = [line for source in [*SOURCES.values(), *tests] for line in source.splitlines()]

    assert [] == [line for line in lines if line.startswith(("# ---", "# ==="))]


def test_types_are_said() -> None:
    """A value that is only passed on is an ``object``; ``Any`` is for what is taken to be of a form."""
    assert sum(len(re.findall(r"\bAny\b", source)) for source in SOURCES.values()) <= MOST_ANYS


def test_names_are_found_in_one_module() -> None:
    """Whoever reads a public name finds one definition of it."""
    places = defaultdict(set)
    for module, source in SOURCES.items():
        for name in public_names(source):
            places[name].add(module)
    shared = {name: sorted(modules) for name, modules in places.items() if len(modules) > 1}

    assert len(shared) <= MOST_SHARED_NAMES, shared


def test_what_nobody_calls_is_not_there() -> None:
    """Each function and class of a module has its name in another place of the program; what tests need is theirs."""
    everything = [path.read_text(encoding="utf-8") for path in HOUSE.rglob("*.*") if path.suffix in (".py", ".html")]
    said = Counter(re.findall(r"\w+", "\n".join(everything)))
    unused = {
        name: module
        for module, source in SOURCES.items()
        for name, is_command in defined(source)
        if not is_command and said[name] == 1
    }

    assert {"__dir__": "__init__.py"} == unused  # Python calls it


def defined(source: str) -> Iterator[tuple[str, bool]]:
    """Yield the functions and classes at the top level of *source*, and whether each is a command, which click calls."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, any("command" in ast.unparse(one) for one in node.decorator_list)


def test_exported_names_stay() -> None:
    """The names that programs of others import are those of the first version."""
    assert sorted(efa_lod.__all__) == INTERFACE
    assert all(hasattr(efa_lod, name) for name in INTERFACE)
