"""Records: every key, type, identifier and value form is checked before any RDF is made."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, Place, read_documents
from efa_lod.model.context import Context
from efa_lod.model.expansion import usable_iri
from efa_lod.model.publication import Publication
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
    """An identifier that a part of another record has is reported with the place of the first."""
    check = RecordCheck(context)
    part = {"id": "state/sh#contact-y", "type": "ContactPoint"}
    other = Document(record(id="state/hh#contact-x", additions=part).value, Place("y.yaml", 7), dict)

    assert [] == check(record(additions=part))
    assert ["second-id"] == [result.rule for result in check(other)]


def test_a_second_record_of_a_thing_is_told_once(context: Context, documents: list[Document]) -> None:
    """A copy of a record is one finding that names the first, not one for each thing described in it."""
    check = RecordCheck(context)
    [sh] = [document for document in documents if document.value["id"] == "state/sh"]
    copy = Document(sh.value, Place("data/states/sh-2.yaml", 2), dict)

    assert [] == check(sh)
    [result] = check(copy)
    assert ("second-record", "data/states/sh-2.yaml:2") == (result.rule, str(result.place))
    assert f"an {sh.place_of(('id',))}" in result.message("de")


@pytest.mark.parametrize(
    "text, rule, shown",
    [
        ("Schles\u00adwig", "bad-text", "U+00AD SOFT HYPHEN"),
        ("Schleswig\u200b", "bad-text", "U+200B ZERO WIDTH SPACE"),
        ("a\u2060b", "bad-text", "U+2060 WORD JOINER"),
        ("\ufeffa", "bad-text", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("a\u202eb", "bad-text", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("a\u2066b", "bad-text", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("a\u200fb", "bad-text", "U+200F RIGHT-TO-LEFT MARK"),
        ("a\x85b", "bad-text", "U+0085 NEXT LINE"),
        ("\uf0b7 a", "bad-text", "U+F0B7 PRIVATE USE CHARACTER"),
        ("Th\ufffdringen", "bad-text", "U+FFFD REPLACEMENT CHARACTER"),
        ("a\u2028b", "bad-text", "U+2028 LINE SEPARATOR"),
        ("<b>a</b>", "markup", "<b>"),
        ("a<br/>b", "markup", "<br/>"),
        ('<a href="x">', "markup", '<a href="x">'),
        ("a&nbsp;b", "markup", "&nbsp;"),
        ("a &#8211; b", "markup", "&#8211;"),
        ("Thu\u0308ringen", "decomposed", "Tippen Sie den Buchstaben neu"),
    ],
)
def test_what_is_not_seen_is_shown_by_its_name(text: str, rule: str, shown: str, context: Context) -> None:
    """Unseen characters, markup and decomposed letters are refused; the message names what they are."""
    for keys, key in (({"name": {"de": text}}, "name.de"), ({"printedAs": text}, "printedAs")):
        [result] = RecordCheck(context)(record(**keys))

        assert (rule, key) == (result.rule, result.key)
        assert shown in result.message("de")
        assert rule == "markup" or text not in result.message("de") + result.message("en")


def test_an_address_with_what_is_not_seen_is_refused(context: Context) -> None:
    """An address copied with a zero-width space leads nowhere; the finding shows the character."""
    [result] = RecordCheck(context)(record(homepage="https://www.example.org/a\u200b"))

    assert ("bad-iri", "https://www.example.org/a⟨U+200B ZERO WIDTH SPACE⟩") == (result.rule, result.found)


@pytest.mark.parametrize(
    "text", ["A & B", "< 5.000", "a < b > c", "AT&T", "R&D; mehr", "info@x.de <info@x.de>", "„ä“ – é"]
)
def test_what_people_write_is_taken(text: str, context: Context) -> None:
    """Ampersands, comparisons and addresses in angle brackets are no markup; typographic characters are letters."""
    assert [] == RecordCheck(context)(record(printedAs=text))


def test_names_in_two_unicode_forms_are_one(tmp_path: Path, context: Context) -> None:
    """Letters that a file has in pieces, as macOS writes them, are composed as it is read."""
    file = tmp_path / "x.yaml"
    written = {form: unicodedata.normalize(form, "a: Thüringen\n").encode() for form in ("NFC", "NFD")}
    assert written["NFC"] != written["NFD"]
    found = []
    for content in written.values():
        file.write_bytes(content)
        found += [document.value for document in read_documents(file)]

    assert [{"a": "Thüringen"}] * 2 == found


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
    """A state, its service and the parts of that, its record and the rows in it come one after another."""
    [sh] = [document for document in documents if document.value["id"] == "state/sh"]

    found = [key_text(path) for path, _ in things(sh, context)]

    assert ["", "reuse"] == found[:2]
    start = found.index("record")
    assert ["record", "record.rows[0]", "record.rows[1]"] == found[start : start + 3]
    assert "reuse.financing.provisions[2]" == found[start - 1]


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


def test_what_people_edit_comes_first(publication: Publication) -> None:
    """In the file of a state ``record``, with its digests, is the last key, behind all that people edit."""
    states = {file.name: list(next(read_documents(file, file.name)).value) for file in publication.state_files}

    assert {} == {name: keys for name, keys in states.items() if keys[-2:] != ["reuse", "record"]}
