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
from typing import TYPE_CHECKING

from efa_lod.io.user_cache import is_private, make_private, user_cache

if TYPE_CHECKING:
    import jinja2
    import jinja2.bccache


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

        def load_bytecode(self, bucket: "jinja2.bccache.Bucket") -> None:
            with suppress(OSError, EOFError, ValueError, TypeError, UnpicklingError):
                if is_private(self._folder):
                    bucket.bytecode_from_string((self._folder / bucket.key).read_bytes())

        def dump_bytecode(self, bucket: "jinja2.bccache.Bucket") -> None:
            fresh = self._folder / f"{bucket.key}.{os.getpid()}"  # takes its place as a whole: others may be reading
            with suppress(OSError):
                if make_private(self._folder):
                    fresh.write_bytes(bucket.bytecode_to_string())
                    fresh.replace(self._folder / bucket.key)

    folder = user_cache("templates")
    return Compiled(folder) if folder else None
