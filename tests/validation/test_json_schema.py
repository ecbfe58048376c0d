"""The JSON Schema of records, by which editors complete and check: it takes what is right, and marks what is not."""

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli
from efa_lod.delivery.starter import write_starter
from efa_lod.io.reading import Document
from efa_lod.io.yaml_edits import with_value
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication, read_publication
from efa_lod.validation.json_schema import COMMITTED_SCHEMA, SCHEMA_COMMENT, SCHEMA_FILE, record_schema

jsonschema: Any = importlib.import_module("jsonschema")  # it comes with nbformat, and has no types

_BULKY = shutil.ignore_patterns("areas", "manual", "municipalities", "releases", "queries")


@pytest.fixture(scope="module")
def schema(publication: Publication, context: Context) -> dict[str, Any]:
    """Give the schema of the packaged publication."""
    made: dict[str, Any] = json.loads(record_schema(publication, context))
    jsonschema.Draft7Validator.check_schema(made)
    return made


def test_every_record_is_valid(schema: dict[str, Any], documents: list[Document]) -> None:
    """The records of the publication, states and what they share, are as the schema says."""
    validator = jsonschema.Draft7Validator(schema)

    assert [] == [(str(d.place), error.message) for d in documents for error in validator.iter_errors(d.value)]


def state(documents: list[Document]) -> Any:
    """Return a copy of a state's record that may be changed."""
    return json.loads(json.dumps(next(d.value for d in documents if d.value["id"] == "state/sh")))


def without(record: Any, key: str) -> Any:
    """Return *record* without *key*."""
    del record[key]
    return record


WRONG: dict[str, Callable[[Any], Any]] = {
    "misspelt key": lambda r: {**without(r, "abbreviation"), "abreviation": "SH"},
    "no id": lambda r: without(r, "id"),
    "no context": lambda r: without(r, "@context"),
    "no name": lambda r: without(r, "name"),
    "name as plain text": lambda r: {**r, "name": "Schleswig-Holstein"},
    "unknown type": lambda r: {**r, "type": "Staat"},
    "key of another type": lambda r: {**r, "email": "a@b.de"},
    "form of a code": lambda r: {**r, "abbreviation": "Schleswig"},
    "code that is none": lambda r: {**r, "isoCode": "DE-XX"},
    "two where one belongs": lambda r: {**r, "stateKey": ["01", "02"]},
    "unknown concept in a part": lambda r: {**r, "reuse": {**r["reuse"], "contacts": [{**r["reuse"]["contacts"][0], "contactKind": "Amt"}]}},
    "part without an id": lambda r: {**r, "reuse": {**r["reuse"], "contacts": [without(dict(r["reuse"]["contacts"][0]), "id")]}},
    "day in German": lambda r: {**r, "record": {**r["record"], "issued": "23.11.2026"}},
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_marked(name: str, schema: dict[str, Any], documents: list[Document]) -> None:
    """Keys, codes, forms and what is missing are found while the record is written."""
    validator = jsonschema.Draft7Validator(schema)

    assert validator.is_valid(state(documents))
    assert not validator.is_valid(WRONG[name](state(documents)))


def test_every_key_has_a_german_title(schema: dict[str, Any]) -> None:
    """What an editor shows beside a key is German, and says what the rule for it says."""
    state = schema["definitions"]["State"]

    for kind in schema["definitions"].values():
        for name, value in kind.get("properties", {}).items():
            assert name == "type" or value["title"] != name
    assert "Großbuchstaben" in state["properties"]["abbreviation"]["description"]


def test_the_command_prints_what_a_build_writes(schema: dict[str, Any], dist: Any, cli: Cli) -> None:
    """``efa-lod schema`` gives the file that is published beside the context."""
    assert schema == json.loads(cli("schema").stdout) == json.loads((dist / SCHEMA_FILE).read_text("utf-8"))
    assert schema["$id"].endswith(f"/{SCHEMA_FILE}")


def test_the_committed_schema_is_the_one_that_is_made(publication: Publication, context: Context) -> None:
    """The file that editors read says what context and shapes say; ``efa-lod schema`` into it renews it."""
    assert publication.read(COMMITTED_SCHEMA).encode() == record_schema(publication, context)


def test_every_record_of_a_state_names_its_schema_first(publication: Publication) -> None:
    """An editor finds the schema by the first line of each record, as a path from its file."""
    named = [(file, file.read_text("utf-8").splitlines(keepends=True)[0]) for file in publication.state_files]

    assert 16 == len(named)
    for file, line in named:
        assert line == SCHEMA_COMMENT
        address = line.strip().partition("$schema=")[2]
        assert (file.parent / address).resolve() == (publication.folder / COMMITTED_SCHEMA).resolve()


def test_an_editor_takes_every_record_by_the_schema_that_it_names(publication: Publication) -> None:
    """The program that checks YAML files by a JSON Schema has nothing to say of the states."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--schemafile",
        publication.folder / COMMITTED_SCHEMA,
    ]
    done = subprocess.run([*command, *publication.state_files], capture_output=True, text=True)

    assert (0, "") == (done.returncode, done.stderr), done.stdout


def test_edits_in_place_keep_the_line(publication: Publication) -> None:
    """A first, a last and any other key may be changed: the line that names the schema stays the first."""
    text = publication.read("data/states/sh.yaml")
    ways = [("id",), ("name", "de"), ("record", "modified")]

    for way in ways:
        assert with_value(text, way, "2027-01-01").startswith(SCHEMA_COMMENT)


def test_what_init_writes_names_its_own_schema(publication: Publication, tmp_path: Path) -> None:
    """The records of a new publication have the line, also where those it was made from have none."""
    bare = Path(shutil.copytree(publication.folder / "data", tmp_path / "old/data", ignore=_BULKY)).parent
    for part in ("ontology", "shapes"):
        shutil.copytree(publication.folder / part, bare / part)
    for file in (bare / "data/states").iterdir():
        file.write_text(file.read_text("utf-8").removeprefix(SCHEMA_COMMENT), encoding="utf-8")
    (bare / COMMITTED_SCHEMA).unlink()
    write_starter(tmp_path / "own", read_publication(bare), "1.0", "https://data.example.org/efa/")
    own = read_publication(tmp_path / "own")

    assert all(file.read_text("utf-8").startswith(SCHEMA_COMMENT) for file in own.state_files)
    assert "https://data.example.org/efa/record.schema.json" == json.loads(own.read(COMMITTED_SCHEMA))["$id"]
