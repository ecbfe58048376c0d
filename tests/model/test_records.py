"""Records: every key, type, identifier and value form is checked before any RDF is made."""

import json
from pathlib import Path
from typing import Any

import pytest

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, Place, read_documents
from efa_lod.model.context import Context
from efa_lod.model.expansion import usable_iri
from efa_lod.model.records import RecordCheck, key_text, read_records, things

CONTEXT = "../../ontology/context.jsonld"


def record(**keys: Any) -> Document:
    """Return a record of a contact point with *keys*."""
    value = {"@context": CONTEXT, "id": "state/sh#contact-x", "type": "ContactPoint", **keys}
    return Document(value, Place("x.yaml", 1), dict)


RULES: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown-key": ({"emial": "a@b.de"}, "emial", "perhaps email is meant"),
    "unknown-type": ({"type": "Contact"}, "type", "perhaps ContactPoint is meant"),
    "missing-id": ({"additions": [{"type": "Addition"}]}, "additions[0]", "Add a key id"),
    "second-id": ({"additions": {"id": "state/sh#contact-x"}}, "additions.id", "taken already, at x.yaml:1"),
    "bad-iri": ({"homepage": "https://a b/"}, "homepage", "no usable identifier"),
    "bad-code": ({"contactKind": "two words"}, "contactKind", "one word"),
    "bad-language": ({"name": {"Deutsch": "x"}}, "name.Deutsch", "de or en"),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_breach_is_named_with_its_key_and_remedy(rule: str, context: Context) -> None:
    """Each rule of the reader gives one result with key and message in both languages."""
    keys, key, words = RULES[rule]
    results = RecordCheck(context)(record(**keys))

    assert [(rule, key)] == [(result.rule, result.key) for result in results]
    assert words in results[0].message("en")
    assert results[0].message("de") != results[0].message("en")


def test_identifiers_are_unique_across_records(context: Context) -> None:
    """An identifier that another record has defined is reported with the place of the first."""
    check = RecordCheck(context)
    other = Document(record().value, Place("y.yaml", 7), dict)

    assert [] == check(record())
    assert ["second-id"] == [result.rule for result in check(other)]


WRONG_FORMS = {
    "texts by language": ({"name": "IT-Verbund"}, "x.yaml:1: name: expected texts by language, as in name: {de: …, en: …}, found 'IT-Verbund'"),
    "a text": ({"email": {"de": "x"}}, "x.yaml:1: email: expected a text, found keys and values"),
    "text in texts": ({"name": {"de": {"x": "y"}}}, "x.yaml:1: name.de: expected a text, found keys and values"),
    "list in list": ({"origin": [["a"]]}, "x.yaml:1: origin[0]: expected an identifier or a thing with its keys, found a list in a list"),
}  # fmt: skip


@pytest.mark.parametrize("keys, message", WRONG_FORMS.values(), ids=WRONG_FORMS)
def test_a_value_of_the_wrong_form_stops_the_reading(keys: dict[str, Any], message: str, context: Context) -> None:
    """Text where keys belong, or keys where text belongs, is one line that says what is expected."""
    with pytest.raises(BrokenInput) as stopped:
        RecordCheck(context)(record(**keys))

    assert message == str(stopped.value)


@pytest.mark.parametrize("first", ["", '"@context": https://schema.org/\n', '"@context": {a: b}\n'])
def test_a_record_names_the_context(first: str, tmp_path: Path) -> None:
    """A record without its context, or with another one, is refused with the line to write."""
    file = tmp_path / "x.yaml"
    file.write_text(f"{first}id: state/sh\n")
    with pytest.raises(BrokenInput, match=r'x\.yaml:1: expected a first line .* begin the record with: "@context"'):
        list(read_records([(file, "x.yaml")]))


@pytest.mark.parametrize("iri", ["state/sh", "state/sh#a", "https://a.de/?q=ü", "efa:Party-state"])
def test_usable_iris(iri: str) -> None:
    """References below the base, absolute IRIs and prefixed names are taken."""
    assert usable_iri(iri)


@pytest.mark.parametrize(
    "iri", ["", "a b", 'a"b', "a<b", "a\nb", "../x", "a/../../b", "/etc", "//host/x", "a{b}", "a`b"]
)
def test_unusable_iris(iri: str) -> None:
    """What no IRI may hold, and what leads out of the base, is not."""
    assert not usable_iri(iri)


def test_things_are_found_in_the_order_written(documents: list[Document], context: Context) -> None:
    """A state, its record, the rows in it, its service and the parts of that come one after another."""
    [sh] = [document for document in documents if document.value["id"] == "state/sh"]

    assert ["", "record", "record.rows[0]", "record.rows[1]"] == [key_text(path) for path, _ in things(sh, context)][:4]
    assert ["reuse.financing.provisions[2]"] == [key_text(path) for path, _ in things(sh, context)][-1:]


def test_json_and_yaml_of_a_record_are_the_same(tmp_path: Path, documents: list[Document], context: Context) -> None:
    """Records may come as JSON or JSON Lines: the values are those of the YAML."""
    lines = tmp_path / "x.jsonl"
    lines.write_text("".join(json.dumps(document.value) + "\n" for document in documents))
    graph = tmp_path / "x.json"
    graph.write_text(json.dumps([document.value for document in documents]))

    assert [d.value for d in documents] == [d.value for d in read_documents(lines)]
    assert [d.value for d in documents] == [d.value for d in read_documents(graph)]


@pytest.mark.parametrize("number", range(16))
def test_every_state_passes(number: int, documents: list[Document], context: Context) -> None:
    """Each state's record has nothing for the reader to report."""
    states = [document for document in documents if document.value["type"] == "State"]

    assert (16, []) == (len(states), RecordCheck(context)(states[number]))
