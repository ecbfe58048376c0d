"""Which modules a program loads, apart from what the interpreter's own modules load of each other."""

import subprocess
import sys
from collections.abc import Collection

_AGAIN = """
import contextlib, importlib, sys
for name in sys.argv[1:]:
    with contextlib.suppress(Exception):
        importlib.import_module(name)
print(*sys.modules)
"""


def loaded_by_us(names: Collection[str], loaded: Collection[str]) -> set[str]:
    """Return those of *names* among the modules *loaded* that no other module of the standard library has loaded.

    Which of them need each other differs: ``random`` loads ``hashlib`` on Debian, and ``_sha2`` elsewhere.
    """
    found = set(names) & set(loaded)
    others = [name for name in loaded if _is_standard(name) and not found & set(_with_parents(name))]
    done = subprocess.run([sys.executable, "-c", _AGAIN, *others], capture_output=True, text=True, check=True)
    return found - set(done.stdout.split())


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _with_parents(name: str) -> list[str]:
    """Return the module *name* and the packages that it is in, which it loads."""
    parts = name.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]
