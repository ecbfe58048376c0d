"""Reading YAML, JSON and JSON Lines: what is taken, what is refused, and where things stand."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import MAX_BYTES, MAX_DEPTH, Document, KeyPath, read_documents


def read(tmp_path: Path, name: str, content: str | bytes) -> list[Document]:
    """Return the documents of a file *name* with *content*."""
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_documents(file, name))


REFUSED = {
    "number": ("a: 01\n", 'x.yaml:1: a: expected text, found a number, 01 – put it in quotes: "01"'),
    "number in a list": ("a:\n  - x\n  - 1.5\n", 'x.yaml:3: a: expected text, found a number, 1.5 – put it in quotes: "1.5"'),
    "Norway": ("a: NO\n", 'x.yaml:1: a: expected text, found a word that YAML reads as true or false, NO – put it in quotes: "NO"'),
    "nothing": ("a: x\nb:\n", "x.yaml:2: b: expected text, found nothing – leave the key out, or write a value"),
    "null": ("a: null\n", "x.yaml:1: a: expected text, found nothing, null – leave the key out, or write a value"),
    "second key": ("a: x\nb: y\na: z\n", "x.yaml:3: the key 'a' stands here a second time, first in line 1 – keep one of them; several values go into a list"),
    "anchor": ("a: &x y\nb: *x\n", "x.yaml:1: anchors and aliases (& and *) are not read – write the value out"),
    "alias bomb": ("a: [x]\nb: *a\n", "x.yaml:2: anchors and aliases (& and *) are not read – write the value out"),
    "merge key": ("<<: {a: b}\n", "x.yaml:1: merge keys (<<) are not read – write the keys out"),
    "tag": ("a: !!python/object/apply:os.system [ls]\n", "x.yaml:1: tags such as tag:yaml.org,2002:python/object/apply:os.system are not read – remove it"),
    "tab": ("a:\n\tb: c\n", "x.yaml:2: not readable as YAML:"),
    "bracket": ("a: [x, y\nb: z\n", "x.yaml:1: not readable as YAML:"),
    "colon": ("a: b: c\n", "x.yaml:1: not readable as YAML:"),
    "list": ("- a\n- b\n", "x.yaml:1: expected keys and values, found a list"),
    "text": ("just text\n", "x.yaml:1: expected keys and values, found the text 'just text'"),
    "list as key": ("[a]: b\n", "x.yaml:1: expected a key, found a list"),
    "UTF-16": ("a: b\n".encode("utf-16"), "x.yaml:1: not UTF-8 (byte 0xFF) – save the file with the encoding UTF-8"),
    "Latin-1": ("a: x\nb: Thüringen\n".encode("latin-1"), "x.yaml:2: not UTF-8 (byte 0xFC) – save the file with the encoding UTF-8"),
    "NUL": ("a: x\nb: \0\n", "x.yaml:2: holds a NUL character – not a text file, or saved as UTF-16?"),
    "control character": ("a: \x07\n", "x.yaml:1: not readable as YAML: the character U+0007 BELL"),
    "too long": ("a: " + "x" * MAX_BYTES, f"x.yaml: longer than {MAX_BYTES:,} bytes – split it, or use JSON Lines (.jsonl)"),
    "too deep": ("[" * (MAX_DEPTH + 1), f"x.yaml:1: nested deeper than {MAX_DEPTH} levels"),
}  # fmt: skip


@pytest.mark.parametrize("content, message", REFUSED.values(), ids=REFUSED)
def test_yaml_that_could_be_misread_is_refused_in_one_line(content: str | bytes, message: str, tmp_path: Path) -> None:
    """What YAML would guess, expand or run is refused, with file, line and remedy."""
    with pytest.raises(BrokenInput) as refused:
        read(tmp_path, "x.yaml", content)

    assert message == str(refused.value)[: len(message)]
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "], ids=["lists", "mappings", "items"])
def test_depth_ends_in_an_error_and_not_in_the_stack(opening: str, tmp_path: Path) -> None:
    """100,000 levels are refused by name; the interpreter survives."""
    file = tmp_path / "deep.yaml"
    file.write_text(opening * 100_000)
    code = (
        "import sys; from pathlib import Path; from efa_lod.io.reading import read_documents\n"
        "try: list(read_documents(Path(sys.argv[1])))\n"
        "except Exception as error: print(type(error).__name__)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False, timeout=60
    )

    assert (0, "BrokenInput\n") == (found.returncode, found.stdout)


JSON_REFUSED = {
    "number": ('{"a": 1}', "x.json: a: expected text, found the number 1 – put it in quotes"),
    "null": ('{"a": null}', "x.json: a: expected text, found nothing – put it in quotes"),
    "second key": ('{"a": "x", "a": "y"}', "x.json: the key 'a' stands twice in one object – several values go into a list"),
    "broken": ('{"a": "x",\nb}', "x.json:2: not readable as JSON:"),
    "deep": ("[" * 100_000, "x.json: not readable as JSON: nested too deep, or a number too long"),
    "lone surrogate": ('{"a": "\\ud800"}', "x.json: a: holds half a character (a lone surrogate) – write it anew"),
    "text": ('"x"', "x.json: expected keys and values, found the text 'x'"),
}  # fmt: skip


@pytest.mark.parametrize("content, message", JSON_REFUSED.values(), ids=JSON_REFUSED)
def test_json_is_held_to_the_same_rules(content: str, message: str, tmp_path: Path) -> None:
    """JSON gives what YAML gives: text, lists and mappings, or a line that says why not."""
    with pytest.raises(BrokenInput) as refused:
        read(tmp_path, "x.json", content)

    assert message == str(refused.value)[: len(message)]


def test_every_part_of_a_yaml_document_knows_its_line(tmp_path: Path) -> None:
    """Keys, list items and nested mappings are found by the way to them; what is missing shares its holder's line."""
    [document] = read(tmp_path, "x.yaml", "a: x\nb:\n  - c: y\n    d: z\n  - c: w\n")

    lines = {path: document.place_of(path).line for path in [("a",), ("b", 0, "d"), ("b", 1, "c"), ("b", 1, "e")]}
    assert {("a",): 1, ("b", 0, "d"): 4, ("b", 1, "c"): 5, ("b", 1, "e"): 5} == lines


def test_every_part_of_a_json_document_knows_its_line(tmp_path: Path) -> None:
    """The same holds for JSON, also for the members of a graph."""
    content = json.dumps({"@graph": [{"a": "x"}, {"b": ["y, {", "z"], "c": {"d": "w"}}]}, indent=1)
    _, second = read(tmp_path, "x.json", content)

    expected: dict[KeyPath, str] = {("b", 1): "z", ("c", "d"): '"d"'}
    found = {path: content.splitlines()[second.place_of(path).line - 1].strip() for path in expected}
    assert dict.fromkeys(expected, True) == {path: expected[path] in found[path] for path in expected}


def test_json_lines_are_read_one_by_one(tmp_path: Path) -> None:
    """A broken line is met only after those before it were handed on."""
    file = tmp_path / "x.jsonl"
    file.write_text('{"a": "x"}\n\n{"a": "y"}\n{broken\n')
    documents = read_documents(file, "x.jsonl")

    assert [("x", 1), ("y", 3)] == [(d.value["a"], d.place.line) for d in (next(documents), next(documents))]
    with pytest.raises(BrokenInput, match=r"x\.jsonl:4: not readable as JSON"):
        next(documents)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    """What cannot be opened is named with the reason."""
    with pytest.raises(BrokenInput, match=r"none\.yaml: cannot be read:"):
        list(read_documents(tmp_path / "none.yaml"))


def test_several_documents_in_one_file(tmp_path: Path) -> None:
    """A YAML file may hold several documents; empty ones are passed over."""
    assert [{"a": "x"}, {"a": "y"}] == [d.value for d in read(tmp_path, "x.yaml", "---\na: x\n---\n---\na: y\n")]
