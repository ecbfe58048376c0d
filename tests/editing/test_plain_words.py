"""What people are told who see labels and choices: no key, no code and no identifier of the YAML."""

import re
from collections.abc import Iterator, Mapping

import pytest

from efa_lod.editing.fields import read_sections
from efa_lod.editing.plain_words import PlainWords
from efa_lod.io.reading import Place
from efa_lod.model.context import read_context
from efa_lod.model.publication import Publication
from efa_lod.model.results import Result, Severity
from efa_lod.validation.shacl import RECOMMENDED_SHAPES, RECORD_SHAPES, Shapes

LANGUAGES = ("de", "en")
OF_YAML = re.compile(
    r"\.yaml|\b(?:additions|origin|rdf:\w+)\b|efa:|\bunde?r (?:de|en)\b|[\w/]+#\w|(?<!\w)'[^']+'(?!\w)|\bid:"
)
"""What no sheet and no form shows: files, what is written by itself, identifiers, and the quotes that YAML wants."""


@pytest.fixture(scope="module")
def words(publication: Publication) -> PlainWords:
    """Return the words of the packaged records."""
    return PlainWords({language: read_sections(publication, language) for language in LANGUAGES})


def told(words: PlainWords, rule: str, messages: Mapping[str, str], type_name: str, key: str) -> Mapping[str, str]:
    """Return what people are told of a result."""
    result = Result(Severity.VIOLATION, Place("data/states/sh.yaml"), "reuse", "", messages, rule)
    return words.told(result, type_name, key).messages


def shape_messages(publication: Publication) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the message of each shape of records in both languages, with its name."""
    found: dict[str, dict[str, str]] = {}
    for triple in Shapes(publication, (*RECORD_SHAPES, RECOMMENDED_SHAPES)).triples:
        if triple.predicate.value.endswith("#message"):
            name = str(getattr(triple.subject, "value", "")).rpartition("#")[2]
            found.setdefault(name, {})[str(getattr(triple.object, "language", ""))] = str(
                getattr(triple.object, "value", "")
            )
    yield from sorted(found.items())


def test_no_message_of_a_shape_speaks_of_yaml(words: PlainWords, publication: Publication) -> None:
    """Whatever a shape says is told without keys that are no words, identifiers, files, and quotes of YAML."""
    keys = {key for key in read_context(publication).keys if re.search("[a-z][A-Z]", key)}
    types = {section.type_name for section in words.sections["en"]}
    wrong = []
    for rule, messages in shape_messages(publication):
        for type_name in types:
            for language, text in told(words, rule, messages, type_name, rule.rpartition("-")[2]).items():
                if OF_YAML.search(text) or keys & set(re.findall(r"\w+", text)):
                    wrong.append((rule, type_name, language, text))

    assert wrong == []


@pytest.mark.parametrize(
    ("rule", "type_name", "key", "german", "english"),
    [
        (
            "ContactPoint-telephone",
            "ContactPoint",
            "telephone",
            "„Telefon, als +49…“ ist eine Nummer mit Landesvorwahl ohne Zwischenraum, z. B. +4943153055046.",
            "“Telephone, as +49…” is a number with country code and without spaces, e.g. +4943153055046.",
        ),
        (
            "ContactPoint-mailboxEmail",
            "ContactPoint",
            "contactKind",
            "Bei „Art der Ansprechstelle“: „Postfach“ fehlt „E-Mail-Adresse“; ist die Adresse unbekannt, eine andere"
            " „Art der Ansprechstelle“ wählen.",
            "With “Kind of contact point”: “mailbox” an email is needed; if the address is not known, choose another"
            " “Kind of contact point”.",
        ),
        (
            "Provision-extent",
            "Provision",
            "extent",
            "„Umfang“ ist höchstens eines von „vollständig“ oder „weitgehend“.",
            "“Extent” is at most one of “fully” or “largely”.",
        ),
    ],
)
def test_keys_and_codes_are_told_by_their_labels(
    rule: str, type_name: str, key: str, german: str, english: str, words: PlainWords, publication: Publication
) -> None:
    """A message names fields and choices as sheet and form do, in the quotes of its language."""
    messages = dict(shape_messages(publication))[rule]

    assert told(words, rule, messages, type_name, key) == {"de": german, "en": english}


def test_what_cannot_be_told_says_what_belongs_there(words: PlainWords) -> None:
    """Where a message is about what is written by itself, the choices or the meaning of the field are told."""
    messages = {"de": "Unter origin steht die Zeile.", "en": "Put the row under origin."}

    chosen = told(words, "x", messages, "ContactPoint", "contactKind")
    free = told(words, "x", messages, "ContactPoint", "email")
    whole = told(words, "x", messages, "ContactPoint", "")

    assert chosen["en"].startswith("“Kind of contact point”: expected one of organisation, named unit")
    assert free["de"].startswith("„E-Mail-Adresse“: Was hier steht, passt nicht.")
    assert "origin" not in "".join((*chosen.values(), *free.values(), *whole.values()))


def test_a_word_that_is_no_key_stays(words: PlainWords) -> None:
    """A label stands only where a key stood: what a person wrote, and words of English, are not replaced."""
    messages = {"de": "Das Thema fehlt.", "en": "The link comes from the page; a topic is needed until then."}

    assert told(words, "x", messages, "Provision", "from") == messages
