"""The command ``find``: from the name or key of a municipality, district or state to the contacts and the page."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efa_lod.cli.options import (
    FreeText,
    base_iri_option,
    folder_of,
    format_option,
    language_of,
    language_option,
    note_unread,
    publication_option,
)
from efa_lod.errors import DOES_NOT_CONFORM
from efa_lod.io.terminal import visible
from efa_lod.model.answers import LOST, shown_status
from efa_lod.model.record_values import best_texts, mapping_of
from efa_lod.site.finder_answers import FinderAnswer

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from efa_lod.model.finder import FinderResult
    from efa_lod.model.gazetteer import RegisterPlace
    from efa_lod.site.finder_answers import FinderAnswers

    Answered = tuple[FinderResult, list[FinderAnswer], list[FinderAnswer], FinderAnswer]

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


def _states(ctx: click.Context, parameter: click.Parameter, begun: str) -> "list[CompletionItem]":
    """Return the states that go on from what is *begun*; what completes is loaded when a shell asks for it."""
    from efa_lod.cli.completion import states

    return states(ctx, parameter, begun)


@click.command()
@click.argument(
    "question", nargs=-1, required=True, type=FreeText(), metavar="NAME|KEY|ABBREVIATION", shell_complete=_states
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
    found, answers, choices, register = _answered(publication, base_iri, asked, language)
    said = " ".join(_said(found, answers, spoken))
    if format_ == "json":
        told = {"question": asked, "key": found.key, "reason": said, "near": list(found.near), "found": answers}
        click.echo(json.dumps({**told, "places": choices, **register}, ensure_ascii=False, indent=1))
    else:
        _print(asked, said, answers, choices, register, spoken)
    if not answers and found.reason != "choice":
        sys.exit(DOES_NOT_CONFORM)


def _answered(folder: Path | None, base_iri: str | None, asked: str, language: str | None) -> "Answered":
    """Return what the publication answers, as it was kept, or else read now and kept for the next question."""
    from efa_lod.site.saved_finder import DamagedIndex, keep_answers, kept_answers, state_of_files

    chosen, spoken = folder_of(folder, language), language_of(language)
    state = state_of_files(chosen, base_iri)
    with suppress(DamagedIndex):
        if state and (kept := kept_answers(state)):
            answered = _answers(kept, asked, spoken)
            note_unread(kept.unread, language)
            return answered
    from efa_lod.model.publication import read_publication
    from efa_lod.site.finder_answers import read_finder_answers

    read = read_publication(chosen, base_iri)
    note_unread(read.unread_files, language)
    known = read_finder_answers(read)
    if state:
        keep_answers(known, state)
    return _answers(known, asked, spoken)


def _said(found: "FinderResult", answers: list[FinderAnswer], language: str) -> Iterator[str]:
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
    asked: str,
    said: str,
    answers: list[FinderAnswer],
    choices: list[FinderAnswer],
    register: FinderAnswer,
    language: str,
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


def _answers(known: "FinderAnswers", asked: str, language: str) -> "Answered":
    """Return what the question led to, the answers, the places that were meant or may be, and where those are from."""
    find = known.find
    found = find(asked)
    answers = [known.answer(reference, language) for reference in found.references]
    choices = [_choice(place, known.answer(find.reference(place), language), language) for place in found.places]
    credit: dict[str, object] = {}
    if find.gazetteer and found.places:
        register = find.gazetteer.register
        credit = {"register": {"asOf": register.as_of, "attribution": register.attribution[language]}}
        credit |= {"morePlaces": found.more} if found.more else {}
    return found, answers, choices, credit


def _choice(place: "RegisterPlace", answer: FinderAnswer, language: str) -> FinderAnswer:
    """Return what tells one *place* from others: name, kind and district, key, state, and the page it leads to."""
    return {
        "name": place.name,
        "described": place.described(language),
        "key": place.key,
        "state": _text(answer.get("name"), language),
        "page": answer["page"],
    }


def _lines(answer: FinderAnswer, language: str) -> Iterator[str]:
    """Yield what a person reads of one *answer*."""
    words = _WORDS[language]
    text: Callable[[object], str] = lambda texts: _text(texts, language)  # noqa: E731
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


def _ways(contact: FinderAnswer, words: Mapping[str, str]) -> Iterator[str]:
    """Yield the ways to reach *contact*; its websites where there is no other."""
    telephone = contact.get("printedAs") or contact.get("telephone")
    known = [("email", "email", contact.get("email")), ("telephone", "telephone", telephone)]
    if not any(value for *_, value in known):
        known = [("website", "websites", address) for address in contact["websites"]]
    for word, key, value in known:
        if value:
            mark = words["added"] if key in contact["added"] else ""
            yield f"    {words[word] + ':':<11}{_line(str(value))}{mark}"


def _text(texts: object, language: str) -> str:
    by_language = mapping_of(texts)
    return " / ".join(best_texts(by_language, language if by_language.get(language) else "de"))


def _line(text: str) -> str:
    """Return *text* in one line, not too long, and with signs for what would steer a terminal."""
    return visible(" ".join(text.split()))[:2000]
