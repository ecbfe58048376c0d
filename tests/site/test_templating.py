"""The template engine: what it escapes, and the compiled templates that it keeps."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
from jinja2.compiler import CodeGenerator
from markupsafe import Markup

from efa_lod.site import templating
from efa_lod.site.page_helpers import PageHelpers
from efa_lod.site.templating import environment
from efa_lod.web import templating as web_templating

PAGE = "search.html"
HELPERS = ("t", "url", "file")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder where compiled templates are kept in this test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "efa-lod/templates"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Return the names of the templates that are compiled from now on."""
    found: list[str] = []
    whole = jinja2.Environment._generate  # Jinja2's way from a tree to Python

    def noted(self: Any, source: Any, name: str, *more: Any, **rest: Any) -> Any:
        found.append(name)
        return whole(self, source, name, *more, **rest)

    monkeypatch.setattr(jinja2.Environment, "_generate", noted)
    yield found


def test_a_template_is_compiled_once_for_all_processes(cache: Path, compiled: list[str]) -> None:
    """A second engine, as in another process, takes what the first has compiled."""
    for _ in range(2):
        environment((), HELPERS).get_template(PAGE)

    assert [PAGE] == compiled
    assert [0o700] == [cache.stat().st_mode & 0o777]


@pytest.mark.parametrize("data", [b"", b"j2", b"no code at all", b"\x00" * 100])
def test_what_is_broken_is_compiled_again(data: bytes, cache: Path, compiled: list[str]) -> None:
    """A file that was cut off or is something else costs no more than the time it should have saved."""
    environment((), HELPERS).get_template(PAGE)
    [kept] = cache.iterdir()
    for broken in (data, kept.read_bytes()[:-20], kept.read_bytes()[:25]):
        kept.write_bytes(broken)
        environment((), HELPERS).get_template(PAGE)
    environment((), HELPERS).get_template(PAGE)

    assert [PAGE] * 4 == compiled


@pytest.mark.parametrize("what", ["the template", "the program", "Jinja2"])
def test_what_was_compiled_of_something_else_is_not_used(
    what: str, cache: Path, compiled: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new version of the template, of this program or of Jinja2 is seen."""
    program, page = tmp_path / "program.py", tmp_path / "templates" / PAGE
    page.parent.mkdir()
    program.touch()
    page.write_text("one")
    monkeypatch.setattr(templating, "__file__", str(program))
    assert "one" == environment((), HELPERS).get_template(PAGE).render()
    if what == "the template":
        page.write_text("two")
    elif what == "the program":
        os.utime(program, (1, 1))
    else:
        monkeypatch.setattr(jinja2, "__version__", "99")

    assert page.read_text() == environment((), HELPERS).get_template(PAGE).render()
    assert [PAGE, PAGE] == compiled


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
def test_a_folder_that_others_may_write_to_is_not_used(mode: int, cache: Path, compiled: list[str]) -> None:
    """What is read is run: it must not come from where somebody else could have put it."""
    environment((), HELPERS).get_template(PAGE)
    cache.chmod(mode)
    environment((), HELPERS).get_template(PAGE)

    assert [PAGE, PAGE] == compiled


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give a folder away")
def test_a_folder_of_somebody_else_is_not_used(cache: Path, compiled: list[str]) -> None:
    """The folder must be the user's own."""
    environment((), HELPERS).get_template(PAGE)
    os.chown(cache, 12345, -1)
    environment((), HELPERS).get_template(PAGE)

    assert [PAGE, PAGE] == compiled


@pytest.mark.parametrize("home", ["relative", "", "/proc/nowhere", "/dev/null"])
def test_without_a_folder_nothing_is_kept(
    home: str, compiled: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the user has no folder, or it cannot be made, templates are compiled each time, and nothing is left."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    monkeypatch.setenv("HOME", "nowhere")
    for _ in range(2):
        environment((), HELPERS).get_template(PAGE)

    assert [PAGE, PAGE] == compiled
    assert [] == list(tmp_path.iterdir())


SHOWN = [
    ("<b>", "&lt;b&gt;"),
    ("\"'&", "&#34;&#39;&amp;"),
    ("a\u202eb", "ab"),
    ("<" * 300, "&lt;" * 300),
    (Markup("<b>"), "<b>"),
    (7, "7"),
    (["<b>"], "[&#39;&lt;b&gt;&#39;]"),
    (None, "None"),
]


@pytest.mark.parametrize(("value", "text"), SHOWN, ids=repr)
def test_everything_is_escaped(value: object, text: str) -> None:
    """Whatever is no markup is escaped; what cannot be seen is left out."""
    assert text == environment((), ()).from_string("{{ value }}").render(value=value)


@pytest.mark.parametrize(("value", "text"), SHOWN, ids=repr)
def test_everything_is_escaped_by_jinja_alone(value: object, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the short cut, should a version of Jinja2 not take it, pages are the same."""
    made = environment((), HELPERS)
    made.code_generator_class = CodeGenerator

    assert f"{text}x" == made.from_string("{{ value }}{{ t('x') }}").render(value=value, t=str)


def test_a_value_that_is_not_there_is_an_error() -> None:
    """But for a key of a record, which need not be there."""
    made = environment(("name",), ("t",))

    assert "" == made.from_string("{{ record.name or '' }}").render(record={})
    for template in ("{{ record.other }}", "{{ other }}", "{{ t(other) }}", "{{ t('x') }}"):
        with pytest.raises(jinja2.UndefinedError):
            made.from_string(template).render(record={})


def test_templates_call_helpers_in_all_ways() -> None:
    """Arguments by place, by name, and those that are spread."""
    template = "{{ t(1, b=2) }} {{ t(*[1], b=2) }} {{ t(1, **{'b': 2}) }}"

    assert "3 3 3" == environment((), ("t",)).from_string(template).render(t=lambda a, b: a + b)


def test_no_macro_has_the_name_of_a_helper() -> None:
    """Helpers are called directly; a macro of the same name would be called as one, and fail."""
    folder = Path(templating.__file__).parent / "templates"
    made = environment((), ())
    for file in folder.iterdir():
        tree = made.parse(file.read_text("utf-8"))
        own = {macro.name for macro in tree.find_all(jinja2.nodes.Macro)}

        assert set() == own & {name for name, member in vars(PageHelpers).items() if callable(member)}, file.name


def test_what_a_site_needs_besides_its_pages_is_compiled_once(cache: Path, compiled: list[str]) -> None:
    """The rules for servers lie in a folder of their own and are kept all the same."""
    for _ in range(2):
        web_templating._environment.cache_clear()
        web_templating._environment().get_template("rules/nginx.conf")
    web_templating._environment.cache_clear()

    assert ["rules/nginx.conf"] == compiled
