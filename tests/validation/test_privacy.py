"""The privacy lint: warnings with a reason where something may be about a person, and none elsewhere."""

from random import Random
from typing import Any

import pytest

from efa_lod.io.reading import Document, Place
from efa_lod.model.results import Severity, conforms
from efa_lod.validation.privacy import (
    _findings,
    _may_hold_something,
    _texts,
    mailbox_reason,
    person_reason,
    privacy_results,
)

PERSONS = {
    "Frau Muster": "title",
    "Herr Dr. Beispiel": "title",
    "Prof. Ohnename": "title",
    "Erika Mustermann": "first name",
    "Leitung: Hans-Peter von Muster": "first name",
}
OFFICES = [
    "Kommunale Koordinierungsstelle",
    "Rollout- und Anbindungsmanagement",
    "Gemeindetag BW",
    "Marktplatz für EfA-Leistungen",
    "Konrad-Zuse-Zentrum",
    "Amt für Martin-Luther-Straße",
]
PERSONAL = ["erika.mustermann@amt.example", "e.mustermann@amt.example", "ozg@gmail.com", "juergen_muster@amt.example"]
FUNCTIONAL = [
    "info@amt.example",
    "ozg.team@amt.example",
    "projekt@baykommun.bayern",
    "efahamburgkey-account-management@sk.hamburg.de",
    "post.stelle@amt.example",
    "kommunalvertreter@digitales.nrw.de",
]
MOBILE = ["+491711234567", "0171 1234567", "0160/12 34 56 7", "+49 (0)151 12345678"]
FIXED = ["+4943153055046", "0431-530 550 46", "0681/85 74 20-80", "030 1711234567"]


def record(**contact: Any) -> Document:
    """Return a record with one contact."""
    value = {"id": "state/xx", "type": "State", "reuse": {"contacts": [{"id": "state/xx#c", **contact}]}}
    return Document(value, Place("xx.yaml", 1), lambda: {("reuse", "contacts", 0): 7})


@pytest.mark.parametrize("name", PERSONS)
def test_a_name_of_a_person_is_told_with_the_reason(name: str) -> None:
    """A form of address, a title or a frequent first name before another name is the reason."""
    assert PERSONS[name] in person_reason(name)["en"] or PERSONS[name] in "form of address or a title"


@pytest.mark.parametrize("name", OFFICES)
def test_a_name_of_an_office_passes(name: str) -> None:
    """Names of offices, associations and marketplaces are no names of persons."""
    assert {} == person_reason(name)


@pytest.mark.parametrize("address", PERSONAL)
def test_a_personal_mailbox_is_told(address: str) -> None:
    """first.last, an initial with a name, and free mail hosts are told, in both languages."""
    assert {"de", "en"} == set(mailbox_reason(address))


@pytest.mark.parametrize("address", FUNCTIONAL)
def test_a_function_mailbox_passes(address: str) -> None:
    """A mailbox with a word of an office in it, or without the form of a name, is no person's."""
    assert {} == mailbox_reason(address)


@pytest.mark.parametrize("number", MOBILE)
def test_a_mobile_number_is_told_wherever_it_stands(number: str) -> None:
    """The prefixes 015, 016 and 017 are told, as printed, in E.164 and in prose."""
    documents = [record(telephone=number), record(printedAs=number), record(summary={"de": f"Anruf unter {number}."})]

    assert ["mobile-number"] * 3 == [result.rule for result in privacy_results(documents)]


@pytest.mark.parametrize("number", FIXED)
def test_a_number_of_an_office_passes(number: str) -> None:
    """Area codes of towns are no mobile prefixes."""
    assert [] == privacy_results([record(telephone=number)])


def test_a_finding_is_a_warning_with_its_place() -> None:
    """A warning names line and key, says the same in both languages, and does not keep data from conforming."""
    [result] = privacy_results([record(email="erika.mustermann@amt.example")])

    assert (Severity.WARNING, "xx.yaml:7", "reuse.contacts[0].email") == (
        result.severity,
        str(result.place),
        result.key,
    )
    assert ("erika.mustermann@amt.example", {"de", "en"}) == (result.found, set(result.messages))
    assert conforms([result])


def test_the_records_name_no_person(documents: list[Document]) -> None:
    """The published records raise no privacy warning."""
    assert [] == privacy_results(documents)


def test_what_is_passed_at_a_glance_holds_nothing() -> None:
    """The quick look at a whole record never passes what a close look at each text finds."""
    random = Random(1)
    words = [
        *PERSONS,
        *OFFICES,
        *PERSONAL,
        *FUNCTIONAL,
        *MOBILE,
        *FIXED,
        "z. Hd. Muster",
        "Dipl.-Ing. Muster",
        "Erika",
        "@",
    ]
    found = 0
    for _ in range(3000):
        text = random.choice(["", " ", ", ", "\n"]).join(random.sample(words, random.randint(1, 4)))
        value = {
            random.choice(["name", "topic", "summary", "email", "sha256"]): random.choice([text, [text], {"de": text}])
        }
        findings = [finding for path, one in _texts(value) for finding in _findings(path, one)]
        found += bool(findings)

        assert _may_hold_something(value) or not findings
    assert 500 < found < 2900
