"""Values are set in YAML files in place: every other line stays as it was, byte for byte."""

import copy
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from efa_lod.errors import BrokenInput
from efa_lod.io.yaml import read_yaml
from efa_lod.io.yaml_edits import with_document, with_item, with_value, without_document

STATES = sorted((Path(__file__).parents[2] / "data/states").glob("*.yaml"))
TEXT = """\
# about a thing
id: state/zz   # its name
name: {de: Hier, en: Here}
codes: [a, b, "c"]
owners:
  - one  # the first
  # between
  - two
summary:
  de: >-
    Ein langer Text, der über mehr als eine Zeile
    geht.
  en: 'It''s short'

# what follows
inner:
  - id: x
    key: "01"
    origin: row
  - id: y
    key: plain

last: 1e5x
"""


def values(text: str) -> list[Any]:
    """Return what *text* says."""
    return [one.value for one in read_yaml(BytesIO(text.encode()), "t.yaml")]


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that went and those that came."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    codes = [one for one in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if one[0] != "equal"]
    return [line for _, a, b, _, _ in codes for line in old[a:b]], [
        line for _, _, _, a, b in codes for line in new[a:b]
    ]


@pytest.mark.parametrize("file", STATES, ids=lambda file: file.stem)
def test_what_is_set_to_itself_changes_no_byte(file: Path) -> None:
    """A record in which every value is set to what it is stays as it is."""
    text = file.read_text("utf-8")
    (record,) = values(text)

    for key, value in record.items():
        assert with_value(text, (key,), copy.deepcopy(value)) == text


@pytest.mark.parametrize(
    ("path", "value", "went", "came"),
    [
        (("name", "de"), "Dort", ["name: {de: Hier, en: Here}\n"], ["name: {de: Dort, en: Here}\n"]),
        (("name", "de"), None, ["name: {de: Hier, en: Here}\n"], ["name: {en: Here}\n"]),
        (("name",), {"en": "Here", "de": "Hier"}, [], []),
        (("id",), "state/yy", ["id: state/zz   # its name\n"], ["id: state/yy   # its name\n"]),
        (("codes",), ["a", "c"], ['codes: [a, b, "c"]\n'], ['codes: [a, "c"]\n']),
        (("codes",), ["a", "b", "c", "no"], ['codes: [a, b, "c"]\n'], ['codes: [a, b, "c", "no"]\n']),
        (("codes",), ["a"], ['codes: [a, b, "c"]\n'], ["codes: [a]\n"]),
        (("owners",), ["one", "three"], ["  - two\n"], ["  - three\n"]),
        (("owners",), ["two"], ["  - one  # the first\n"], []),
        (("owners", 0), "ein: s", ["  - one  # the first\n"], ['  - "ein: s"  # the first\n']),
        (("summary", "en"), "It's not", ["  en: 'It''s short'\n"], ["  en: 'It''s not'\n"]),
        (("summary", "en"), None, ["  en: 'It''s short'\n"], []),
        (
            ("summary", "de"),
            "Kurz.",
            ["    Ein langer Text, der über mehr als eine Zeile\n", "    geht.\n"],
            ["    Kurz.\n"],
        ),
        (("inner", 0, "key"), "02", ['    key: "01"\n'], ['    key: "02"\n']),
        (("inner", 1, "key"), "01", ["    key: plain\n"], ['    key: "01"\n']),
        (("inner", 1, "key"), "yes", ["    key: plain\n"], ['    key: "yes"\n']),
        (("inner", 1, "key"), "1e5", ["    key: plain\n"], ['    key: "1e5"\n']),
        (("inner", 1, "key"), "a: b", ["    key: plain\n"], ['    key: "a: b"\n']),
        (("inner", 1, "key"), "a # b", ["    key: plain\n"], ['    key: "a # b"\n']),
        (("inner", 1, "key"), "# b", ["    key: plain\n"], ['    key: "# b"\n']),
        (("inner", 1, "key"), 'say "x\\y"\n', ["    key: plain\n"], ['    key: "say \\"x\\\\y\\"\\n"\n']),
        (("inner", 0, "more"), "new", [], ["    more: new\n"]),
        (("inner", 1, "more"), {"de": "neu"}, [], ["    more:\n", "      de: neu\n"]),
        (("inner", 0), None, ["  - id: x\n", '    key: "01"\n', "    origin: row\n"], []),
        (("inner", 0, "id"), None, ["  - id: x\n", '    key: "01"\n'], ['  - key: "01"\n']),
        (("note", "en"), "It's new", [], ["note:\n", "  en: It's new\n"]),
        (("last",), "0815", ["last: 1e5x\n"], ['last: "0815"\n']),
        (("last",), ["a", "b"], ["last: 1e5x\n"], ["last: [a, b]\n"]),
        (("last",), ["a b", "b"], ["last: 1e5x\n"], ["last:\n", "  - a b\n", "  - b\n"]),
    ],
)
def test_only_the_lines_of_a_value_change(path: Any, value: Any, went: list[str], came: list[str]) -> None:
    """Setting a value rewrites its own lines, quotes what needs it, and leaves comments and layout alone."""
    after = with_value(TEXT, path, value)

    assert changed(TEXT, after) == (went, came)


def test_line_ends_stay() -> None:
    """A file with line ends of Windows keeps them, and gets none of another kind."""
    text = TEXT.replace("\n", "\r\n")

    after = with_value(text, ("summary", "de"), "Wort " * 60 + "Ende.")

    assert after.count("\n") == after.count("\r\n")
    assert values(after)[0]["summary"]["de"] == "Wort " * 60 + "Ende."


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeffid: x\n", "id: x", "# no line end\nid: x # c"])
def test_a_key_is_added_at_every_end(text: str) -> None:
    """A text without values, without a last line break or with a byte order mark takes a key as any other."""
    after = with_value(text, ("key", "de"), "neu")

    assert after.startswith(text)
    assert values(after)[0]["key"] == {"de": "neu"}


def test_documents_come_and_go() -> None:
    """A further document is put at the end of a stream and taken out again, and the others stay."""
    text = "# two\nid: a\n---\nid: b # c\n"

    three = with_document(text, {"id": "c", "name": {"de": "Drei"}})

    assert three == text + "---\nid: c\nname:\n  de: Drei\n"
    assert without_document(three, 2) == text
    assert without_document(three, 1) == "# two\nid: a\n---\nid: c\nname:\n  de: Drei\n"
    assert with_value(three, ("id",), "bb", document=1) == three.replace("id: b #", "id: bb #")


def test_an_item_makes_a_list_of_a_single_value() -> None:
    """What is added to a single value makes a list of both."""
    assert with_item("a: x/1\n", ("a",), "x/2") == "a:\n  - x/1\n  - x/2\n"
    assert with_item("a:\n  - x/1\n", ("a",), {"id": "x/2"}) == "a:\n  - x/1\n  - id: x/2\n"
    assert with_item("b: y\n", ("a", "c"), "x") == "b: y\na:\n  c: x\n"


def test_what_cannot_be_done_in_place_is_refused() -> None:
    """Where a change would say anything else than what was asked for, nothing is changed."""
    with pytest.raises(BrokenInput):
        with_value("a: |+\n  text\n\n", ("b",), "new")


TEXTS = st.one_of(
    st.sampled_from(["01", "yes", "NO", "1e5", "a: b", "#", "x #y", "- a", "[a", "{", "&a", "*b", "!c", "%d", "~", " ",
                     "", "null", "a\nb", "tab\there", "é", "😀", "\u2028", "'", '"', "\\", "2026-11-28", "12:30", "? x",
                     "a,b", "a]b", "key:", ": x", "--- a", "...", "Wort " * 50 + "Ende", "x" * 130]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=20),
)  # fmt: skip
VALUES = st.one_of(
    TEXTS, st.lists(TEXTS, min_size=1, max_size=4), st.dictionaries(st.sampled_from("abcd"), TEXTS, min_size=1)
)
PATHS = st.sampled_from(
    [("id",), ("name", "de"), ("name", "fr"), ("name",), ("codes",), ("codes", 0), ("owners",), ("owners", 1),
     ("summary", "de"), ("summary",), ("inner", 0, "key"), ("inner", 0, "id"), ("inner", 1), ("inner", 0, "new", "x"),
     ("last",), ("fresh",), ("fresh", "a")]
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(PATHS, st.one_of(st.none(), VALUES)), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"])
)
def test_any_edits_say_what_was_asked_for(edits: list[tuple[Any, Any]], newline: str) -> None:
    """After any edits the text says what was asked for, and lines of keys that nobody touched are there still."""
    from unicodedata import normalize

    text = TEXT.replace("\n", newline)
    for path, value in edits:
        if isinstance(value, str):
            value = normalize("NFC", value)
        elif isinstance(value, list):
            value = [normalize("NFC", one) for one in value]
        elif value is not None:
            value = {key: normalize("NFC", one) for key, one in value.items()}
        try:
            text = with_value(text, path, value)
        except BrokenInput as error:
            assert "no item" in str(error)
            continue
        held: Any = values(text)[0]
        for step in path:
            held = dict(enumerate(held)) if isinstance(held, list) else held
            held = held.get(step) if isinstance(held, dict) else None
        assert value is None or held == value
    assert "# about a thing" in text
    for key, lines in (("id", ["id: state/zz   # its name"]), ("last", ["last: 1e5x"]), ("summary", ["    geht."])):
        if not any(path[0] == key for path, _ in edits):
            assert all(line in text.split(newline) for line in lines)


@pytest.mark.parametrize(
    "key, value, after",
    [
        ("alternateName", "Das Land", "name: A\nalternateName: Das Land\n\norigin: x\n\nrecord:\n  id: y\n"),
        ("additions", ["z"], "name: A\n\norigin: x\nadditions: [z]\n\nrecord:\n  id: y\n"),
    ],
)
def test_the_record_stays_last(key: str, value: object, after: str) -> None:
    """A new key is put before those that stay at the end, in their order; an empty line stays above its key."""
    text = "name: A\n\norigin: x\n\nrecord:\n  id: y\n"

    assert with_value(text, (key,), value) == after
