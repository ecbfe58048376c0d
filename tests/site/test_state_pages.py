"""The page of a state says all that its record says, in the order of a clerk's questions, with source and age."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from efa_lod.io.reading import Document
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.publication import Publication
from efa_lod.site.page import Site
from efa_lod.site.vcards import vcards
from support.read_sites import read_site
from support.record_pages import parsed_pages
from support.sites import Html


@pytest.fixture(scope="module")
def made(publication: Publication) -> tuple[Site, list[Document]]:
    """Return the site of the packaged publication and its records."""
    return read_site(publication)


@pytest.fixture(scope="module")
def html(site_folder: Path) -> dict[str, Html]:
    """Return all pages by path, as they are parsed."""
    return parsed_pages(site_folder)


def test_the_page_of_a_state_says_what_its_record_says(html: dict[str, Html], documents: list[Document]) -> None:
    """Names, addresses, numbers, summaries, labels of every state stand on its page, in the language there is."""
    for document in documents:
        if document.value["type"] != "State":
            continue
        for language in LANGUAGES:
            path = f"{document.value['id']}.html"
            page = html[path if language == "de" else f"en/{path}"]
            text = " ".join(page.text.split())
            for said in _texts(document.value["reuse"], language, top=True):
                assert " ".join(said.split()) in text, (path, language, said)


def _texts(value: Any, language: str, top: bool = False) -> Iterator[str]:
    """Yield the texts, addresses and printed numbers in *value* that its page must show."""
    for key, one in value.items():
        if key in ("email", "printedAs"):
            yield one
        elif key in ("name", "summary", "condition", "topic", "linkLabel", "editorialNote", "finding"):
            if not (top and key == "name"):
                yield one.get(language) or next(iter(one.values()))
        else:
            for inner in one if isinstance(one, list) else [one]:
                if isinstance(inner, dict):
                    yield from _texts(inner, language)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "state/bw.html",
            "Die Übersichtsseite verlinkt diese Ansprechstellen, unsere Textfassung enthält aber keine Linkziele.",
        ),
        ("state/mv.html", "Umsetzung"),
        ("state/mv.html", "abgelaufen am 31. Dezember 2024"),
        ("index.html", "Umsetzung: abgelaufen am 31. Dezember 2024"),
        ("comparison.html", "Umsetzung: abgelaufen am 31. Dezember 2024"),
        ("state/sh.html", "Dieses Feld hat die Übersichtsseite leer gelassen."),
        ("state/be.html", "Hier antwortet die Übersichtsseite mit „n. a.“"),
        ("state/mv.html", "Informationen zur Finanzierung sind noch nicht verfügbar."),
        (
            "state/bb.html",
            "Die Übersichtsseite verlinkt Informationen zur Finanzierung; unsere Textfassung enthält keine Linkziele.",
        ),
        ("state/by.html", "Die Übersichtsseite kündigt dieses Angebot an; verfügbar war es noch nicht."),
        ("state/ni.html", "Diese Regeln sind abgelaufen: Sie galten bis 31. Dezember 2023."),
        ("en/state/bw.html", "The overview page links these contacts, but our text copy holds no link targets."),
        ("en/state/sh.html", "The overview page left this field empty."),
        ("en/state/be.html", "Here the overview page answers “n. a.”"),
        ("en/state/mv.html", "information on financing is not yet available"),
    ],
)
def test_each_kind_of_silence_is_said_in_plain_words(path: str, words: str, html: dict[str, Html]) -> None:
    """Empty, "n. a.", not yet available, and named with its link lost are four different sentences."""
    assert words in " ".join(html[path].text.split())


def test_each_section_of_a_state_names_its_source_and_age(html: dict[str, Html]) -> None:
    """All four rows of the source page are linked from the page of the state, with the day they were confirmed."""
    page = html["state/sh.html"]
    linked = {link for link in page.values("href") if "#sh-" in link}

    assert {
        f"../source/efa-nachnutzung.html#sh-{row}"
        for row in ("contact", "services", "further-marketplace", "financing")
    } == linked
    assert "Verglichen am 23. November 2026 mit unserer Textfassung, deren Alter nicht bekannt ist." in page.text
    assert "Stand laut Übersichtsseite: November 2022" in page.text


def test_a_contact_that_is_an_organisation_has_its_website(html: dict[str, Html]) -> None:
    """Where the link of a contact is lost, the website that was added to its organisation still helps the reader."""
    for path in ("state/bw.html", "en/state/bw.html"):
        links = html[path].values("href")

        assert "https://www.gemeindetag-bw.de/" in links
        assert any(link.endswith("organisation/landkreistag-bw.html") for link in links)


def test_what_a_row_says_of_the_services_is_led_to(html: dict[str, Html]) -> None:
    """Berlin names no catalogue but says how services are found; the reader is led there."""
    assert "#provisions-title" in html["state/be.html"].values("href")
    assert "#provisions-title" not in html["state/bw.html"].values("href")


def test_who_pays_comes_before_how_reuse_works(html: dict[str, Html]) -> None:
    """The questions stand in the order of a clerk: whom to ask, where to look, who pays, and then the rest."""
    text = html["state/sh.html"].text
    questions = ("Wen fragen Sie?", "Wo finden Sie die Leistungen?", "Wer bezahlt?", "Wie läuft die Nachnutzung ab?")

    assert sorted(questions, key=text.index) == list(questions)


def test_a_state_has_an_address_card_when_it_can_be_reached(
    site_folder: Path, documents: list[Document], made: tuple[Site, list[Document]]
) -> None:
    """A vCard has the contacts that have an e-mail address or a telephone number, and is left out where none has."""
    text = (site_folder / "state/sh.vcf").read_bytes().decode()
    lines = text.replace("\r\n ", "").split("\r\n")

    assert lines[:2] == ["BEGIN:VCARD", "VERSION:3.0"]
    assert "UID:https://w3id.org/efa-lod/state/sh#contact-itvsh" in lines
    assert "FN:IT-Verbund SH (Schleswig-Holstein)" in lines
    assert "N:IT-Verbund SH (Schleswig-Holstein);;;;" in lines
    assert "EMAIL;TYPE=INTERNET,WORK:info@itvsh.de" in lines
    assert "TEL;TYPE=WORK,VOICE:+4943153055046" in lines
    assert "ORG:IT-Verbund SH" in lines
    assert not (site_folder / "state/bw.vcf").exists()
    assert max(len(line) for line in text.encode().split(b"\r\n")) <= 75


def test_an_address_card_cannot_be_broken_out_of(made: tuple[Site, list[Document]]) -> None:
    """Line ends, commas, semicolons and backslashes in a record stay part of the value."""
    contact = {
        "id": "m/1#c",
        "type": "ContactPoint",
        "name": {"de": "a\r\nEND:VCARD\nx;y,z\\"},
        "email": "a@b.de\r\nX:y",
    }
    record = {"id": "m/1", "type": "Municipality", "reuse": {"contacts": contact}}
    lines = vcards(record, {}, made[0].context).decode().replace("\r\n ", "").split("\r\n")

    assert r"FN:a\nEND:VCARD\nx\;y\,z\\" in lines
    assert [1, 1, 0] == [sum(line.startswith(start) for line in lines) for start in ("BEGIN", "END", "X:")]


def test_an_address_card_tells_what_was_added(made: tuple[Site, list[Document]]) -> None:
    """A number or an address that has an addition, and a contact that has one, are noted as ours in the card."""

    def addition(**of: str) -> dict[str, str]:
        return {"id": "m/1#a", "type": "Addition", **of}

    contact = {"id": "m/1#c", "type": "ContactPoint", "name": {"de": "a"}, "email": "a@b.de", "telephone": "+491"}
    ours = [addition(property="email", text="a@b.de"), addition(property="telephone", text="+491")]
    whole = {"contacts": contact, "additions": [addition(property="contacts", value="m/1#c")]}
    notes = []
    for reuse in ({"contacts": contact}, {"contacts": {**contact, "additions": ours}}, whole):
        record = {"id": "m/1", "type": "Municipality", "reuse": reuse}
        lines = vcards(record, {}, made[0].context).decode().replace("\r\n ", "").split("\r\n")
        notes.append([line for line in lines if line.startswith("NOTE:")])

    assert [
        [],
        ["NOTE:Von uns ergänzt\\, nicht von der Übersichtsseite: Telefon und E-Mail."],
        ["NOTE:Von uns ergänzt\\, nicht von der Übersichtsseite: die ganze Ansprechstelle."],
    ] == notes
