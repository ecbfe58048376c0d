"""Distinguish the folders that a build wrote from those of others, so that nothing foreign is replaced."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from efa_lod import __version__
from efa_lod.errors import BrokenInput
from efa_lod.io.files import whole_file
from efa_lod.io.json_objects import json_object
from efa_lod.model.record_values import things_of
from efa_lod.web.built_site import INVENTORY, STORE_MARK

MARK = INVENTORY
"""The inventory of a build: who wrote it, and every file with size and digest."""
_UNLISTED = frozenset([MARK, "SHA256SUMS", "SHA256SUMS.sig"])
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
    listed = {file.get("path") for file in things_of(files)}
    return (listed | _UNLISTED).__contains__


def is_build_of(folder: Path, base_iri: str) -> bool:
    """Return True if *folder* holds a build of a publication under *base_iri*."""
    return _marked(folder / MARK).get("baseIri") == base_iri


def store_files(folder: Path) -> Callable[[str], bool] | None:
    """Return the test whether a path is a file of the store in *folder*; None where no build marked the store."""
    if _marked(folder / STORE_MARK).get("store") != "oxigraph":
        return None
    return lambda path: path == STORE_MARK or bool(_STORE_FILE.match(path))


def mark_store(folder: Path, graph: str | None = None) -> None:
    """Mark the store in *folder* as one that a build wrote; *graph* is the SHA-256 of the graph file it holds."""
    told = {"generator": f"efa-lod {__version__}", "store": "oxigraph"} | ({"graph": graph} if graph else {})
    (folder / STORE_MARK).write_text(json.dumps(told) + "\n", "utf-8")


def _marked(path: Path) -> dict[str, object]:
    """Return the JSON object in the file *path* if this program wrote it, else an empty one."""
    if path.is_symlink() or not path.is_file():
        return {}
    try:
        found = json_object(whole_file(path))
    except BrokenInput:
        return {}
    return found if _GENERATOR.match(str(found.get("generator"))) else {}
