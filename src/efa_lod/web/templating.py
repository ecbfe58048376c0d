"""Templates of what a site needs besides its pages: error pages, and rules for other servers."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from efa_lod.web.template_cache import compiled_templates

if TYPE_CHECKING:
    import jinja2

TEMPLATE_FOLDER = Path(__file__).parent / "templates"


def filled(template: str, **values: object) -> str:
    """Return *template* with *values*, which are escaped in HTML unless they are markup."""
    return _environment().get_template(template).render(values)


def markup(text: str) -> object:
    """Return *text*, which is markup or was escaped already, as what is not escaped again."""
    from markupsafe import Markup

    return Markup(text)


@lru_cache(1)
def _environment() -> "jinja2.Environment":
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATE_FOLDER),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=compiled_templates(Path(__file__)),
    )
