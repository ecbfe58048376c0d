"""Tell the folders that a build wrote from those of others, so that nothing foreign is replaced."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from efa_lod import __version__
from efa_lod.errors import BrokenInput
from efa_lod.io.files import whole_file

MARK = "build.json"
"""The inventory of a build: who wrote it, and every file with size and digest."""
STORE_MARK = "efa-lod-store.json"
"""The file by which a store is known as one that a build wrote."""
_UNLISTED = frozenset([MARK, "SHA256SUMS"])
_STORE_FILE = re.compile(
    r"(CURRENT|IDENTITY|LOCK|LOG(\.old\.[0-9]+)?|MANIFEST-[0-9]+|OPTIONS-[0-9]+(\.dbtmp)?|[0-9]+\.(sst|log|dbtmp|blob))$"
)
"""Files of RocksDB, in which Oxigraph keeps a store; their numbers change whenever it is opened."""
_GENERATOR = re.compile(r"efa-lod [0-9]")


def built_files(folder: Path) -> Callable[[str], bool] | None:
    """Return the test whether the inventory of the build in *folder* lists a path; None where there is no inventory."""
    inventory = _marked(folder / MARK)
    files = inventory.get("files")
    if not isinstance(inventory.get("baseIri"), str) or not isinstance(files, list):
        return None
    listed = {file.get("path") for file in files if isinstance(file, dict)}
    return (listed | _UNLISTED).__contains__


def store_files(folder: Path) -> Callable[[str], bool] | None:
    """Return the test whether a path is a file of the store in *folder*; None where no build marked the store."""
    if _marked(folder / STORE_MARK).get("store") != "oxigraph":
        return None
    return lambda path: path == STORE_MARK or bool(_STORE_FILE.match(path))


def mark_store(folder: Path) -> None:
    """Mark the store in *folder* as one that a build wrote."""
    told = {"generator": f"efa-lod {__version__}", "store": "oxigraph"}
    (folder / STORE_MARK).write_text(json.dumps(told) + "\n", "utf-8")


def _marked(path: Path) -> dict[str, object]:
    """Return the JSON object in the file *path* if this program wrote it, else an empty one."""
    if path.is_symlink() or not path.is_file():
        return {}
    try:
        found = json.loads(whole_file(path))
    except (BrokenInput, ValueError, RecursionError):
        return {}
    is_ours = isinstance(found, dict) and _GENERATOR.match(str(found.get("generator")))
    return found if is_ours else {}
