"""Make the template engine of the pages: Jinja2, strict, escaping everything, with a store of compiled templates.

To compile the templates takes longer than to fill them for 16 states, so what was compiled is kept in the cache folder
of the user (XDG Base Directory Specification), and taken from there as long as template, program and Jinja2 are the
same. Since it is code, only a folder is used that belongs to the user and that no one else may write to.
"""

import os
import re
import sys
from collections.abc import Collection
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2

_REMEMBERED, _SHORT = 10_000, 200
"""How many texts are remembered as they are escaped, and how long they may be; the same few stand on every page."""
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Controls, among them those that turn the direction of text: they could make a text look like another."""


def clean(text: str) -> str:
    """Return *text* without characters that cannot be seen but change how it is read."""
    return text if text.isprintable() else _UNSEEN.sub("", text)


def shown(value: Any) -> Any:
    """Return what a template writes for *value*, before it is escaped; markup was made of clean text."""
    return clean(value) if type(value) is str else value


def each(value: Any) -> list[Any]:
    """Return the values of a key: a list's members, the single value, or nothing."""
    return value if isinstance(value, list) else [] if value is None else [value]


def environment(keys: Collection[str], helpers: Collection[str]) -> "jinja2.Environment":
    """Return the template engine: everything is escaped, and a missing value is an error.

    Only a key of a record, one of *keys*, may be missing in what a template is given; it is then None, and not defined.
    *helpers* are names of functions that every template is given and none has of its own.
    """
    import jinja2
    from jinja2.compiler import CodeGenerator
    from markupsafe import Markup, escape

    @lru_cache(_REMEMBERED)
    def escaped(text: str) -> str:
        return escape(clean(text))

    class Direct(CodeGenerator):
        """Lets templates escape what they write, and call *helpers*, with no detour for each value.

        Jinja2 promises none of these three methods; where a version does not call them, pages are the same and take
        longer.
        """

        def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
            self.write("environment.written(")

        def _output_child_post(self, node: Any, frame: Any, finalize: Any) -> None:
            self.write(")")

        def visit_Call(self, node: Any, frame: Any, forward_caller: bool = False) -> None:  # noqa: N802 – Jinja's name
            is_helper = isinstance(node.node, jinja2.nodes.Name) and node.node.name in helpers
            if not is_helper or node.dyn_args or node.dyn_kwargs:
                return super().visit_Call(node, frame, forward_caller=forward_caller)
            self.visit(node.node, frame)
            self.write("(")
            for argument in (*node.args, *node.kwargs):
                self.visit(argument, frame)
                self.write(", ")
            return self.write(")")

    class Templates(jinja2.Environment):
        code_generator_class = Direct

        @staticmethod
        def written(value: Any) -> str:
            """Return what stands in the page for *value*: escaped, unless it is markup already."""
            if type(value) is str:
                return escaped(value) if len(value) <= _SHORT else escape(clean(value))
            return value if type(value) is Markup else escape(value)

        def getattr(self, obj: Any, attribute: str) -> Any:
            if isinstance(obj, dict):
                if attribute in obj:
                    return obj[attribute]
                if attribute in keys:
                    return None
            return super().getattr(obj, attribute)

    class Compiled(jinja2.BytecodeCache):
        """Compiled templates in a *folder*; what cannot be read is compiled again, what cannot be written is not."""

        def __init__(self, folder: Path) -> None:
            self._folder = folder

        def get_cache_key(self, name: str, filename: str | None = None) -> str:
            return f"{name}.{sys.implementation.cache_tag}.{sha256(str(filename).encode()).hexdigest()[:16]}"

        def get_source_checksum(self, source: str) -> str:
            program = Path(__file__).stat().st_mtime_ns
            return f"{jinja2.__version__} {program} {sha256(source.encode()).hexdigest()}"

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
    made = Templates(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=Compiled(folder) if folder else None,
    )
    made.filters["each"] = each
    made.tests["defined"] = lambda value: value is not None and not isinstance(value, jinja2.Undefined)
    return made


def _cache_folder() -> Path | None:
    """Return where compiled templates are kept; None where the user has no folder of their own."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "efa-lod/templates"  # noqa: PTH111 – does not fail
    return folder if folder.is_absolute() else None


def _is_ours(folder: Path) -> bool:
    """Tell whether *folder* belongs to the user and nobody else may write to it."""
    found = folder.stat()
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)
