"""The command ``find``: from a municipality key, a state or a name to the contacts and the page."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from efa_lod.cli.options import (
    base_iri_option,
    format_option,
    language_of,
    language_option,
    publication_of,
    publication_option,
)
from efa_lod.errors import DOES_NOT_CONFORM
from efa_lod.io.terminal import visible

if TYPE_CHECKING:
    from efa_lod.model.publication import Publication

Answer = Mapping[str, Any]

_WORDS = {
    "de": {
        "email": "E-Mail",
        "telephone": "Telefon",
        "page": "Seite",
        "mailbox": "Postfach für Anfragen",
        "linkLost": "genannt; der Link ist verloren gegangen",
        "notYetAvailable": "noch nicht verfügbar",
        "notApplicable": "„n. a.“, gelesen als „nicht anwendbar“",
        "empty": "leer gelassen",
        "none": "Eine Ansprechstelle ist nicht genannt.",
        "near": "Gemeint vielleicht: {names}?",
    },
    "en": {
        "email": "E-mail",
        "telephone": "Telephone",
        "page": "Page",
        "mailbox": "Mailbox for enquiries",
        "linkLost": "named; its link is lost",
        "notYetAvailable": "not yet available",
        "notApplicable": '"n. a.", read as "not applicable"',
        "empty": "left empty",
        "none": "No contact is named.",
        "near": "Perhaps you mean: {names}?",
    },
}


@click.command()
@click.argument("question", nargs=-1, required=True, metavar="KEY|NAME|ABBREVIATION")
@format_option(["text", "json"])
@base_iri_option
@publication_option
@language_option
def find(
    question: tuple[str, ...],
    format_: str,
    base_iri: str | None,
    publication: Path | None,
    language: str | None,
) -> None:
    """Say whom a municipality asks: the contacts of its state and the page about it.

    A municipality key has 8, 9 or 12 digits (AGS, ARS); its first two are those of the state. Exit code 1 when nothing
    is found.

    \b
    Examples:
        efa-lod find 08111000
        efa-lod find SH --format json
    """
    from efa_lod.model.finder import REASONS

    asked, spoken = " ".join(question), language_of(language)
    reason, near, key, answers = _answers(publication_of(publication, base_iri, language), asked, spoken)
    said = REASONS[reason][spoken].format(key=key) if reason else ""
    if near:
        said += " " + _WORDS[spoken]["near"].format(names=", ".join(near))
    if format_ == "json":
        told = {"question": asked, "key": key, "reason": said, "near": list(near), "found": answers}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for line in (line for answer in answers for line in _lines(answer, spoken)):
            click.echo(line)
        if said:
            click.echo(f"{_line(asked)}: {said}" if not answers else said, err=True)
    if not answers:
        sys.exit(DOES_NOT_CONFORM)


def _answers(read: "Publication", asked: str, language: str) -> tuple[str, list[str], str, list[Answer]]:
    """Return why, what else may be meant, the key as understood, and what was found."""
    from efa_lod.model.finder import finder
    from efa_lod.model.records import publication_records

    records = {document.value["id"]: document.value for document in publication_records(read)}
    states = [values for values in records.values() if values.get("type") == "State"]
    others = (
        (values["id"], values.get("name") or {}, values["municipalityKey"])
        for values in records.values()
        if values.get("municipalityKey")
    )
    found = finder(states, others)(asked)
    answers = [_answer(records[reference], records, read.base_iri, language) for reference in found.references]
    return found.reason, list(found.near), found.key, answers


def _answer(record: Answer, records: Mapping[str, Answer], base_iri: str, language: str) -> Answer:
    """Return what is told of *record*: names, codes, contacts – those of the state where it has none – and its page."""
    from efa_lod.site.comparison import compared
    from efa_lod.site.page import address_of

    contacts = compared([record], records)[0].contacts
    state = records.get(str(record.get("partOfState")))
    if not contacts and state:
        contacts = compared([state], records)[0].contacts
    keys = ("name", "abbreviation", "stateKey", "municipalityKey")
    of_contact = ("name", "topic", "email", "telephone", "printedAs", "valueStatus", "linkLabel", "editorialNote")
    return {
        "iri": base_iri + record["id"],
        "page": address_of(base_iri, f"{record['id']}.html", language),
        **{key: record[key] for key in keys if key in record},
        "contacts": [{key: contact[key] for key in of_contact if key in contact} for contact in contacts],
    }


def _lines(answer: Answer, language: str) -> Iterator[str]:
    """Yield what a person reads of one *answer*."""
    words = _WORDS[language]
    text: Callable[[Any], str] = lambda texts: _text(texts, language)  # noqa: E731
    codes = [answer[key] for key in ("abbreviation", "stateKey", "municipalityKey") if answer.get(key)]
    yield _line(f"{text(answer.get('name'))} ({', '.join(codes)})" if codes else text(answer.get("name")))
    for contact in answer["contacts"]:
        yield f"  {_line(text(contact.get('name')) or text(contact.get('topic')) or words['mailbox'])}"
        telephone = contact.get("printedAs") or contact.get("telephone")
        for word, value in (("email", contact.get("email")), ("telephone", telephone)):
            if value:
                yield f"    {words[word] + ':':<11}{_line(str(value))}"
        if silence := words.get(str(contact.get("valueStatus"))):
            yield f"    {silence}"
    if not answer["contacts"]:
        yield f"  {words['none']}"
    yield f"  {words['page'] + ':':<13}{answer['page']}"


def _text(texts: Any, language: str) -> str:
    if not isinstance(texts, dict):
        return ""
    value = texts.get(language) or texts.get("de") or next(iter(texts.values()), "")
    return " / ".join(value) if isinstance(value, list) else str(value)


def _line(text: str) -> str:
    """Return *text* in one line, not too long, and with signs for what would steer a terminal."""
    return visible(" ".join(text.split()))[:2000]
