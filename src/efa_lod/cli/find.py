"""The command ``find``: from the name or key of a municipality, district or state to the contacts and the page."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from efa_lod.cli.completion import states
from efa_lod.cli.options import (
    FreeText,
    base_iri_option,
    format_option,
    language_of,
    language_option,
    publication_of,
    publication_option,
)
from efa_lod.errors import DOES_NOT_CONFORM
from efa_lod.io.terminal import visible
from efa_lod.model.answers import LOST, shown_status
from efa_lod.model.record_values import best_texts, mapping_of

if TYPE_CHECKING:
    from efa_lod.model.finder import FinderResult
    from efa_lod.model.gazetteer import RegisterPlace
    from efa_lod.model.publication import Publication
    from efa_lod.site.comparison import StateSummary

StateAnswer = Mapping[str, Any]

_WORDS = {
    "de": {
        "email": "E-Mail",
        "telephone": "Telefon",
        "page": "Seite",
        "mailbox": "Postfach für Anfragen",
        "website": "Webseite",
        "without": "Genannt, aber ohne Adresse: {names}",
        "notYetAvailable": "noch nicht verfügbar",
        "notApplicable": "„n. a.“, gelesen als „nicht anwendbar“",
        "empty": "leer gelassen",
        "none": "Eine Ansprechstelle ist nicht genannt.",
        "wayOn": "Bundesweit hilft: {addresses} – weitere Wege stehen auf der Seite:",
        "more": "… und {count} weitere",
        "added": " (von uns ergänzt)",
        "register": "Namen und Schlüssel: {attribution}. Stand {asOf}.",
    },
    "en": {
        "email": "E-mail",
        "telephone": "Telephone",
        "page": "Page",
        "mailbox": "Mailbox for enquiries",
        "website": "Website",
        "without": "Named, but without an address: {names}",
        "notYetAvailable": "not yet available",
        "notApplicable": '"n. a.", read as "not applicable"',
        "empty": "left empty",
        "none": "No contact is named.",
        "wayOn": "Nationwide help: {addresses} – the page names more ways:",
        "more": "… and {count} more",
        "added": " (added by us)",
        "register": "Names and keys: {attribution}. As of {asOf}.",
    },
}


@click.command()
@click.argument(
    "question", nargs=-1, required=True, type=FreeText(), metavar="NAME|KEY|ABBREVIATION", shell_complete=states
)
@format_option(["text", "json"])
@base_iri_option
@publication_option
@language_option
def find_command(
    question: tuple[str, ...],
    format_: str,
    base_iri: str | None,
    publication: Path | None,
    language: str | None,
) -> None:
    """Say whom a municipality asks: the contacts of its state and the page about it.

    The question is the name of a municipality, a district, an association of municipalities or a state, a key of 2, 5,
    8, 9 or 12 digits, or the postal code of an administration. Where several places match, they are listed. Exit code 1
    when nothing is found.

    \b
    Examples:
        efa-lod find Hannover
        efa-lod find 08111000
        efa-lod find SH --format json
    """
    asked, spoken = " ".join(question), language_of(language)
    found, answers, choices, register = _answers(publication_of(publication, base_iri, language), asked, spoken)
    said = " ".join(_said(found, answers, spoken))
    if format_ == "json":
        told = {"question": asked, "key": found.key, "reason": said, "near": list(found.near), "found": answers}
        click.echo(json.dumps({**told, "places": choices, **register}, ensure_ascii=False, indent=1))
    else:
        _print(asked, said, answers, choices, register, spoken)
    if not answers and found.reason != "choice":
        sys.exit(DOES_NOT_CONFORM)


def _said(found: "FinderResult", answers: list[StateAnswer], language: str) -> Iterator[str]:
    """Yield what is said besides the answers: why they are these, or why there are none, and what may be meant."""
    from efa_lod.model.finder import FINDER_REASONS

    if found.reason:
        yield FINDER_REASONS[found.reason][language].format(key=found.key)
    if answers and found.places:
        yield "; ".join(_placed(place, language) for place in found.places) + "."
    if found.near:
        yield ", ".join(found.near)


def _placed(place: "RegisterPlace", language: str) -> str:
    described = place.described(language)
    return f"{place.name} ({described})" if described else place.name


def _print(
    asked: str, said: str, answers: list[StateAnswer], choices: list[StateAnswer], register: StateAnswer, language: str
) -> None:
    """Print the answers, or the places to choose from; what is said about them goes to stderr."""
    for line in (line for answer in answers for line in _lines(answer, language)):
        click.echo(line)
    if said:
        click.echo(_line(f"{asked}: {said}" if not answers else said), err=True)
    for one in choices if not answers else ():
        described = ", ".join(part for part in (one["described"], one["state"]) if part)
        click.echo(f"  {_line(one['name'])} – {_line(described)}\n    {_line(one['page'])}")
    words = _WORDS[language]
    if register.get("morePlaces"):
        click.echo(words["more"].format(count=register["morePlaces"]), err=True)
    if register.get("register"):
        click.echo(words["register"].format(**register["register"]), err=True)


def _answers(
    read: "Publication", asked: str, language: str
) -> tuple["FinderResult", list[StateAnswer], list[StateAnswer], StateAnswer]:
    """Return what the question led to, the answers, the places that were meant or may be, and where those are from."""
    from efa_lod.model.finder import finder_of_records
    from efa_lod.model.gazetteer import read_gazetteer
    from efa_lod.model.records import publication_records

    records = {document.value["id"]: document.value for document in publication_records(read)}
    gazetteer = read_gazetteer(read)
    find = finder_of_records(records.values(), gazetteer)
    found = find(asked)
    answers = [_answer(records[reference], records, read.base_iri, language) for reference in found.references]
    choices = [_choice(place, records[find.reference(place)], read.base_iri, language) for place in found.places]
    credit: dict[str, Any] = {}
    if gazetteer and found.places:
        register = gazetteer.register
        credit = {"register": {"asOf": register.as_of, "attribution": register.attribution[language]}}
        credit |= {"morePlaces": found.more} if found.more else {}
    return found, answers, choices, credit


def _choice(place: "RegisterPlace", record: StateAnswer, base_iri: str, language: str) -> StateAnswer:
    """Return what tells one *place* from others: name, kind and district, key, state, and the page it leads to."""
    from efa_lod.site.addresses import address_of

    return {
        "name": place.name,
        "described": place.described(language),
        "key": place.key,
        "state": _text(record.get("name"), language),
        "page": address_of(base_iri, f"{record['id']}.html", language),
    }


def _answer(record: StateAnswer, records: Mapping[str, StateAnswer], base_iri: str, language: str) -> StateAnswer:
    """Return what is told of *record*: names, codes, contacts – those of the state where it has none – and its page."""
    from efa_lod.model.origins import added_keys
    from efa_lod.site.addresses import address_of
    from efa_lod.site.comparison import summaries

    line = summaries([record], records)[0]
    state = records.get(str(record.get("partOfState")))
    if not line.contacts and state:
        line = summaries([state], records)[0]
    shared = [one for one in records.values() if one.get("scope") == "nationwide" and one.get("homepage")]
    nationwide = {str(one["homepage"]): "homepage" in added_keys(one) for one in shared if not line.reachable_contacts}
    keys = ("name", "abbreviation", "stateKey", "municipalityKey")
    of_contact = ("name", "topic", "email", "telephone", "printedAs", "link", "lost", "linkLabel", "editorialNote")
    return {
        "iri": base_iri + record["id"],
        "page": address_of(base_iri, f"{record['id']}.html", language),
        **{key: record[key] for key in keys if key in record},
        "contacts": [
            {key: one[key] for key in of_contact if key in one}
            | {"websites": list(line.websites.get(one["id"], ())), "added": _added(one, line)}
            for one in line.contacts
        ],
        "nationwide": [*nationwide],
        "nationwideAdded": [address for address, is_added in nationwide.items() if is_added],
    }


def _added(contact: StateAnswer, line: "StateSummary") -> list[str]:
    """Return what of *contact* we added with evidence: ``contact`` for the whole of it, or its keys."""
    if contact["id"] in line.added:
        return ["contact"]
    told = {"websites": line.websites.get(contact["id"], ()), "name": (contact.get("name") or {}).values()}
    told |= {key: [contact[key]] for key in ("email", "telephone", "link") if key in contact}
    return [key for key, values in told.items() if any(str(value) in line.added for value in values)]


def _lines(answer: StateAnswer, language: str) -> Iterator[str]:
    """Yield what a person reads of one *answer*."""
    words = _WORDS[language]
    text: Callable[[Any], str] = lambda texts: _text(texts, language)  # noqa: E731
    codes = [answer[key] for key in ("abbreviation", "stateKey", "municipalityKey") if answer.get(key)]
    yield _line(f"{text(answer.get('name'))} ({', '.join(codes)})" if codes else text(answer.get("name")))
    without = []
    for contact in answer["contacts"]:
        name = _line(text(contact.get("name")) or text(contact.get("topic")) or words["mailbox"])
        ways = list(_ways(contact, words))
        if shown_status(contact) == LOST and not ways:
            without.append(name)
            continue
        yield f"  {name}{words['added'] if {'contact', 'name'} & {*contact['added']} else ''}"
        yield from ways
        if silence := words.get(shown_status(contact)):
            yield f"    {silence}"
    if without:
        yield f"  {words['without'].format(names=', '.join(without))}"
    if not answer["contacts"]:
        yield f"  {words['none']}"
    if answer["nationwide"]:
        marked = (f"{_line(one)}{words['added'] * (one in answer['nationwideAdded'])}" for one in answer["nationwide"])
        yield f"  {words['wayOn'].format(addresses=', '.join(marked))}"
    yield f"  {words['page'] + ':':<13}{answer['page']}"


def _ways(contact: StateAnswer, words: Mapping[str, str]) -> Iterator[str]:
    """Yield the ways to reach *contact*; its websites where there is no other."""
    telephone = contact.get("printedAs") or contact.get("telephone")
    known = [("email", "email", contact.get("email")), ("telephone", "telephone", telephone)]
    if not any(value for *_, value in known):
        known = [("website", "websites", address) for address in contact["websites"]]
    for word, key, value in known:
        if value:
            mark = words["added"] if key in contact["added"] else ""
            yield f"    {words[word] + ':':<11}{_line(str(value))}{mark}"


def _text(texts: Any, language: str) -> str:
    by_language = mapping_of(texts)
    return " / ".join(best_texts(by_language, language if by_language.get(language) else "de"))


def _line(text: str) -> str:
    """Return *text* in one line, not too long, and with signs for what would steer a terminal."""
    return visible(" ".join(text.split()))[:2000]
