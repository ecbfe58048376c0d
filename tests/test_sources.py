"""The overview page: its rows, and that each is the origin that the records name."""

from pathlib import Path

import pytest

from efa_lod.context import Context
from efa_lod.errors import BrokenInput
from efa_lod.reading import Document
from efa_lod.sources import ROW_KINDS, Row, page_rows

BLANK = "\u2800" * 9
PAGE = f"""Title
Sachsen
Ansprechstelle für Kommunen | IT |
Wo findet die Kommune die nachnutzbaren Leistungen? |
 Two
lines |
Ggf. weiterer Marktplatz | |
Finanzierung | n. a. |
{BLANK}
Sachsen-Anhalt
Ansprechstelle für Kommunen | A | B |
"""


def test_rows_are_found_whatever_stands_between_them() -> None:
    """Separators of any length are passed over, rows may break over lines, and white space is folded."""
    rows = [(row.state, row.kind, row.text, row.line) for row in page_rows(PAGE)]

    assert rows == [
        ("Sachsen", "contact", "IT", 3),
        ("Sachsen", "services", "Two lines", 4),
        ("Sachsen", "furtherMarketplace", "", 7),
        ("Sachsen", "finance", "n. a.", 8),
        ("Sachsen-Anhalt", "contact", "A | B", 11),
    ]


@pytest.mark.parametrize("text", ["Finanzierung | n. a. |", "X\nAnsprechstelle für Kommunen | a\nFinanzierung | b |"])
def test_a_page_of_another_form_is_refused(text: str) -> None:
    """A row without a state above it, or without an end, is an error and not a guess."""
    with pytest.raises(BrokenInput, match="line "):
        list(page_rows(text))


@pytest.fixture(scope="module")
def page(reference: Path) -> dict[tuple[str, str], Row]:
    """Return the rows of the real page by state and kind."""
    text = (reference / "source/efa-nachnutzung-in-den-laendern.txt").read_text(encoding="utf-8")
    return {(row.state, row.kind): row for row in page_rows(text)}


def rows_of(document: Document) -> list[dict[str, str]]:
    """Return the rows that a state's record names."""
    rows: list[dict[str, str]] = document.value["record"]["rows"]
    return rows


def states(documents: list[Document]) -> list[Document]:
    """Return the records of states."""
    return [document for document in documents if document.value["type"] == "State"]


def test_the_page_has_64_rows_and_each_is_recorded(page: dict[tuple[str, str], Row], documents: list[Document]) -> None:
    """16 states times 4 rows, and no other."""
    recorded = {
        (state.value["name"]["de"], row["rowKind"]): row["sha256"]
        for state in states(documents)
        for row in rows_of(state)
    }

    assert {key: row.sha256 for key, row in page.items()} == recorded
    assert (64, set(ROW_KINDS.values())) == (len(recorded), {kind for _, kind in recorded})


def test_silence_is_recorded_as_the_page_has_it(page: dict[tuple[str, str], Row], documents: list[Document]) -> None:
    """An empty row is empty, "n. a." is not applicable, "noch nicht verfügbar" and "in Kürze" are not yet available."""
    signs = {"": "empty", "n. a.": "notApplicable"}

    for state in states(documents):
        for row in rows_of(state):
            text = page[state.value["name"]["de"], row["rowKind"]].text
            announced = text.endswith(("noch nicht verfügbar.", "in Kürze", "in Kürze."))
            expected = signs.get(text, "notYetAvailable" if announced else row["valueStatus"])
            assert (row["id"], expected) == (row["id"], row["valueStatus"])
            assert (text in signs or announced) == (row["valueStatus"] in {"empty", "notApplicable", "notYetAvailable"})


def test_every_word_of_a_short_row_is_recorded(
    page: dict[tuple[str, str], Row], documents: list[Document], context: Context
) -> None:
    """Names, addresses, numbers and labels of a row stand in the record to the letter; prose is for eyes to compare."""
    shared = {document.value["id"]: document.value for document in documents}
    glue = {"E-Mail:", "Telefon:", "sowie", "Kontakt", "über", "oder", "Hinweis:", "|"}
    prose = 200

    for state in states(documents):
        reuse = state.value["reuse"]
        said = str(reuse) + "".join(
            str(shared.get(reference, ""))
            for key in ("catalogues", "furtherMarketplaces")
            for reference in listed(reuse, key)
        )
        for row in rows_of(state):
            text = page[state.value["name"]["de"], row["rowKind"]].text
            if len(text) < prose and row["valueStatus"] in {"stated", "linkLost"}:
                words = [word.removeprefix("E-Mail:").rstrip(":") for word in text.split() if word not in glue]
                known = {"Direktkontakt", "erreichbar"}  # said by servicesContact and by accessNote
                assert (row["id"], []) == (
                    row["id"],
                    [word for word in words if word not in said and word not in known],
                )


def listed(thing: dict[str, object], key: str) -> list[str]:
    """Return the references under *key* as a list."""
    value = thing.get(key, [])
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]


def test_every_address_and_number_of_a_record_stands_on_the_page(
    page: dict[tuple[str, str], Row], documents: list[Document]
) -> None:
    """No e-mail address, telephone number, contact name or link label is invented."""
    for state in states(documents):
        name = state.value["name"]["de"]
        for contact in state.value["reuse"]["contacts"]:
            texts = [contact.get("email"), contact.get("printedAs"), contact.get("name", {}).get("de")]
            texts += [contact.get("topic", {}).get("de"), contact.get("linkLabel", {}).get("de")]
            for text in filter(None, texts):
                assert text in page[name, "contact"].text
        if label := state.value["reuse"]["financing"].get("linkLabel"):
            assert page[name, "finance"].text == label["de"]


def test_the_printed_number_and_the_dialled_one_agree(documents: list[Document]) -> None:
    """E.164 is the printed number without its separators, with +49 for the first 0."""
    for state in states(documents):
        for contact in state.value["reuse"]["contacts"]:
            if "telephone" in contact:
                digits = "".join(filter(str.isdigit, contact["printedAs"]))
                assert contact["telephone"] == "+49" + digits.removeprefix("0")


def test_no_sentence_of_the_page_is_copied(page: dict[tuple[str, str], Row], documents: list[Document]) -> None:
    """Summaries are in our own words: no run of nine words is the page's."""
    run = 9

    def runs(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {tuple(words[i : i + run]) for i in range(len(words) - run + 1)}

    sentences = {found for row in page.values() for found in runs(row.text)}
    for document in documents:
        for text in texts_under(document.value, {"summary", "condition", "editorialNote", "finding"}):
            assert runs(text) & sentences == set()


def texts_under(value: object, keys: set[str], inside: bool = False) -> list[str]:
    """Return all texts below *keys* in *value*."""
    if isinstance(value, dict):
        return [text for key, v in value.items() for text in texts_under(v, keys, inside or key in keys)]
    if isinstance(value, list):
        return [text for v in value for text in texts_under(v, keys, inside)]
    return [value] if inside and isinstance(value, str) else []
