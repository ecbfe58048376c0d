"""Make the template engine of the pages: Jinja2, strict, escaping everything, with a store of compiled templates."""

import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from efa_lod.model.record_values import listed
from efa_lod.web.template_cache import compiled_templates

if TYPE_CHECKING:
    import jinja2

_REMEMBERED, _SHORT = 10_000, 200
"""How many texts are remembered as they are escaped, and how long they may be; the same few stand on every page."""
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Controls, among them those that turn the direction of text: they could make a text look like another."""


def without_invisible(text: str) -> str:
    """Return *text* without characters that cannot be seen but change how it is read."""
    return text if text.isprintable() else _UNSEEN.sub("", text)


def shown(value: object) -> object:
    """Return what a template writes for *value*, before it is escaped; markup was made of clean text."""
    return without_invisible(value) if type(value) is str else value


def environment(keys: Collection[str], helpers: Collection[str]) -> "jinja2.Environment":
    """Return the template engine: everything is escaped, and a missing value is an error.

    Only a key of a record, one of *keys*, may be missing in what a template is given; it is then None, and not defined.
    *helpers* are names of functions that every template is given and none has of its own.
    """
    import jinja2
    from jinja2.compiler import CodeGenerator, Frame
    from markupsafe import Markup, escape

    @lru_cache(_REMEMBERED)
    def escaped(text: str) -> str:
        return escape(without_invisible(text))

    class Direct(CodeGenerator):
        """Lets templates escape what they write, and call *helpers*, with no detour for each value.

        Jinja2 promises none of these three methods; where a version does not call them, pages are the same and take
        longer.
        """

        def _output_child_pre(self, node: object, frame: object, finalize: object) -> None:
            self.write("environment.written(")

        def _output_child_post(self, node: object, frame: object, finalize: object) -> None:
            self.write(")")

        def visit_Call(self, node: jinja2.nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 – Jinja's name
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
        def written(value: object) -> str:
            """Return what stands in the page for *value*: escaped, unless it is markup already."""
            if type(value) is str:
                return escaped(value) if len(value) <= _SHORT else escape(without_invisible(value))
            return value if type(value) is Markup else escape(value)

        def getattr(self, obj: object, attribute: str) -> object:
            if type(obj) is dict:  # most are, and a template asks a hundred thousand times
                if attribute in obj:
                    return obj[attribute]
                if attribute in keys:
                    return None
            return super().getattr(obj, attribute)

    made = Templates(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=compiled_templates(Path(__file__)),
    )
    made.filters["each"] = listed
    made.tests["defined"] = lambda value: value is not None and not isinstance(value, jinja2.Undefined)
    return made
