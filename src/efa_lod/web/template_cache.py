"""Keep compiled templates in the cache folder of the user (XDG Base Directory Specification).

To compile the templates takes longer than to fill them for 16 states, so what was compiled is taken from there as long
as template, program and Jinja2 are the same. Since it is code, only a folder is used that belongs to the user and that
no one else may write to.
"""

import os
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2


def compiled_templates(program: Path) -> "jinja2.BytecodeCache | None":
    """Return the store of templates for the engine that the module *program* makes; None where the user has no folder.

    What cannot be read is compiled again, what cannot be written is not kept.
    """
    import jinja2

    class Compiled(jinja2.BytecodeCache):
        """Compiled templates in a *folder*."""

        def __init__(self, folder: Path) -> None:
            self._folder = folder

        def get_cache_key(self, name: str, filename: str | None = None) -> str:
            digest = sha256(str(filename).encode()).hexdigest()[:16]
            return f"{name.replace('/', '-')}.{sys.implementation.cache_tag}.{digest}"

        def get_source_checksum(self, source: str) -> str:
            changed = program.stat().st_mtime_ns
            return f"{jinja2.__version__} {changed} {sha256(source.encode()).hexdigest()}"

        def load_bytecode(self, bucket: Any) -> None:
            with suppress(OSError, EOFError, ValueError, TypeError, UnpicklingError):
                if _is_ours(self._folder):
                    bucket.bytecode_from_string((self._folder / bucket.key).read_bytes())

        def dump_bytecode(self, bucket: Any) -> None:
            fresh = self._folder / f"{bucket.key}.{os.getpid()}"  # takes its place as a whole: others may be reading
            with suppress(OSError):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if _is_ours(self._folder):
                    fresh.write_bytes(bucket.bytecode_to_string())
                    fresh.replace(self._folder / bucket.key)

    folder = _cache_folder()
    return Compiled(folder) if folder else None


def _cache_folder() -> Path | None:
    """Return where compiled templates are kept; None where the user has no folder of their own."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "efa-lod/templates"  # noqa: PTH111 – does not fail
    return folder if folder.is_absolute() else None


def _is_ours(folder: Path) -> bool:
    """Return whether *folder* belongs to the user and nobody else may write to it."""
    found = folder.stat()
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)
