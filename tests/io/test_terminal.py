"""Values on a terminal are shown, not obeyed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from efa_lod.io.terminal import visible

Cli = Callable[..., Result]

STEERING = {
    "clears the screen": ("\x1b[2J", "␛[2J"),
    "rings the bell": ("\x07", "␇"),
    "one byte CSI": ("\x9b2J", "⟨U+009B⟩2J"),
    "title": ("\x1b]0;x\x07", "␛]0;x␇"),
    "right to left": ("a\u202egpj.exe", "a⟨U+202E⟩gpj.exe"),
    "isolate": ("\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩"),
    "carriage return": ("good\rbad", "good␍bad"),
    "backspace": ("a\b", "a␈"),
    "delete": ("a\x7f", "a␡"),
    "line separator": ("a\u2028b", "a⟨U+2028⟩b"),
    "tag": ("\U000e0041", "⟨U+E0041⟩"),
}


@pytest.mark.parametrize(("given", "shown"), STEERING.values(), ids=STEERING)
def test_what_steers_a_terminal_is_shown_as_a_sign(given: str, shown: str) -> None:
    """Each kind of steering character has a sign; words and their joiners stay as they are."""
    assert shown == visible(given)


@pytest.mark.parametrize("text", ["Müller", "Zu\u00adständig", "नि\u200dयम", "日本", "a\tb\nc", "🏛", "e\u0301"])
def test_words_stay_as_they_are(text: str) -> None:
    """Letters of all scripts, marks, soft hyphens, joiners, tabs and line ends are text."""
    assert text == visible(text)


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_value_of_a_graph_does_not_steer_the_terminal(form: str, cli: Cli, tmp_path: Path) -> None:
    """Tables for people show control characters and marks of direction; CSV for programs keeps them."""
    graph = tmp_path / "g.ttl"
    graph.write_text('<a:a> <a:b> "x\\u001b[31mred\\u202e\\u0007" .', encoding="utf-8")
    query = ("query", "SELECT ?o { ?s ?p ?o }", "--graph", graph, "--format")

    assert "x␛[31mred⟨U+202E⟩␇" in cli(*query, form).stdout
    assert "x\x1b[31mred\u202e\x07" in cli(*query, "csv").stdout


def test_an_error_does_not_steer_the_terminal(cli: Cli, tmp_path: Path) -> None:
    """What an error repeats of its input stays on its line and holds nothing that steers."""
    said = str(cli("query", "ASK {}", "--graph", tmp_path / "x\x1b[2J\u202e.ttl").exception)

    assert said.isprintable()
