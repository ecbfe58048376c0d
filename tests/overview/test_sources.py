"""The overview page: its rows, and that each is the origin that the records name."""

import gzip
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from efa_lod.cli import main
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.overview.description import packaged_description
from efa_lod.overview.page import read_page, read_page_file
from efa_lod.overview.reader import Reader
from efa_lod.overview.recognition import Item, items, status_of
from efa_lod.overview.rows import PageRow
from efa_lod.overview.text_lines import text_lines
from efa_lod.validation.json_schema import SCHEMA_COMMENT

ABOUT = packaged_description()
LABELS = ABOUT.labels
SAMPLE = Path(__file__).parents[1] / "pages/overview.html"

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


def page_rows(text: str) -> Iterator[PageRow]:
    """Yield the rows of the page *text* in its order.

    Raise BrokenInput where a row has no state above it or does not end with ``|`` before the next line that starts
    something new.
    """
    about = packaged_description()
    reader = Reader(about)
    reader.read(text_lines(text, about))
    yield from reader.rows


def test_rows_are_found_whatever_stands_between_them() -> None:
    """Separators of any length are passed over, rows may break over lines, and white space is folded."""
    rows = [(row.state, row.kind, row.text, row.line) for row in page_rows(PAGE)]

    assert rows == [
        ("Sachsen", "contact", "IT", 3),
        ("Sachsen", "services", "Two lines", 4),
        ("Sachsen", "furtherMarketplace", "", 7),
        ("Sachsen", "financing", "n. a.", 8),
        ("Sachsen-Anhalt", "contact", "A | B", 11),
    ]


@pytest.mark.parametrize("text", ["Finanzierung | n. a. |", "X\nAnsprechstelle für Kommunen | a\nFinanzierung | b |"])
def test_a_page_of_another_form_is_refused(text: str) -> None:
    """A row without a state above it, or without an end, is an error and not a guess."""
    with pytest.raises(BrokenInput, match="line "):
        list(page_rows(text))


@pytest.fixture(scope="module")
def page(reference: Path) -> dict[tuple[str, str], PageRow]:
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


def test_the_page_has_64_rows_and_each_is_recorded(
    page: dict[tuple[str, str], PageRow], documents: list[Document]
) -> None:
    """16 states times 4 rows, and no other."""
    recorded = {
        (state.value["name"]["de"], row["rowKind"]): row["sha256"]
        for state in states(documents)
        for row in rows_of(state)
    }

    assert {key: row.sha256 for key, row in page.items()} == recorded
    assert (64, set(ABOUT.kinds)) == (len(recorded), {kind for _, kind in recorded})


def test_silence_is_recorded_as_the_page_has_it(
    page: dict[tuple[str, str], PageRow], documents: list[Document]
) -> None:
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
    page: dict[tuple[str, str], PageRow], documents: list[Document], context: Context
) -> None:
    """Names, addresses, numbers and labels of a row stand in the record to the letter; prose is for eyes to compare."""
    shared = {document.value["id"]: document.value for document in documents}
    glue = {"E-Mail:", "Telefon:", "sowie", "Kontakt", "über", "oder", "Hinweis:", "|"}
    prose = 200

    for state in states(documents):
        reuse = state.value["reuse"]
        said = str(reuse) + "".join(
            str(shared.get(reference, ""))
            for key in ("catalogues", "unnamedCatalogues", "furtherMarketplaces")
            for reference in listed(reuse, key)
        )
        for row in rows_of(state):
            text = page[state.value["name"]["de"], row["rowKind"]].text
            if len(text) < prose and row["valueStatus"] == "stated":
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
    page: dict[tuple[str, str], PageRow], documents: list[Document]
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
            assert page[name, "financing"].text == label["de"]


def test_the_printed_number_and_the_dialled_one_agree(documents: list[Document]) -> None:
    """E.164 is the printed number without its separators, with +49 for the first 0."""
    for state in states(documents):
        for contact in state.value["reuse"]["contacts"]:
            if "telephone" in contact:
                digits = "".join(filter(str.isdigit, contact["printedAs"]))
                assert contact["telephone"] == "+49" + digits.removeprefix("0")


def test_no_sentence_of_the_page_is_copied(page: dict[tuple[str, str], PageRow], documents: list[Document]) -> None:
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


def as_text(rows: list[PageRow]) -> str:
    """Return *rows* in the text form of the page."""
    blocks = [
        f"{state}\n" + "".join(f"{LABELS[row.kind]} | {row.text} |\n" for row in of_state)
        for state, of_state in groupby(rows, key=lambda row: row.state)
    ]
    return f"{BLANK}\n".join(["Titel\n", *blocks])


def as_definitions(rows: list[PageRow]) -> str:
    """Return *rows* as lists of definitions."""
    blocks = [
        f"<h3>{state}</h3><dl>"
        + "".join(f"<dt>{LABELS[row.kind]}:</dt><dd>{row.text}</dd>" for row in of_state)
        + "</dl>"
        for state, of_state in groupby(rows, key=lambda row: row.state)
    ]
    return f"<html><body><h1>Titel</h1>{''.join(blocks)}</body></html>"


def as_headings(rows: list[PageRow]) -> str:
    """Return *rows* as headings with paragraphs."""
    blocks = [
        f"<h2>{state}</h2>" + "".join(f"<h3>{LABELS[row.kind]}</h3><div><p>{row.text}</p></div>" for row in of_state)
        for state, of_state in groupby(rows, key=lambda row: row.state)
    ]
    return f"<html><body><h1>Titel</h1>{''.join(blocks)}<h2>Mehr dazu</h2><p>Nichts.</p></body></html>"


def as_matrix(rows: list[PageRow]) -> str:
    """Return *rows* as one table with a line for each state."""
    head = "<tr><th>Land</th>" + "".join(f"<th>{label}</th>" for label in LABELS.values()) + "</tr>"
    lines = [
        f"<tr><td>Land {state}</td>" + "".join(f"<td>{row.text}</td>" for row in of_state) + "</tr>"
        for state, of_state in groupby(rows, key=lambda row: row.state)
    ]
    return f"<html><body><h1>Titel</h1><table>{head}{''.join(lines)}</table></body></html>"


def as_one_table(rows: list[PageRow]) -> str:
    """Return *rows* as one table whose first column names the state once."""
    lines = [
        f"<tr>{f'<th rowspan=4>{state}</th>' if i == 0 else ''}<td>{LABELS[row.kind]}</td><td>{row.text}</td></tr>"
        for state, of_state in groupby(rows, key=lambda row: row.state)
        for i, row in enumerate(of_state)
    ]
    return f"<html><body><h1>Titel</h1><table>{''.join(lines)}</table></body></html>"


def said(rows: tuple[PageRow, ...] | list[PageRow]) -> list[tuple[str, str, str]]:
    """Return state, kind and text of *rows*."""
    return [(row.state, row.kind, row.text) for row in rows]


@pytest.mark.parametrize("layout", [as_text, as_definitions, as_headings, as_matrix, as_one_table])
def test_every_layout_gives_the_same_rows(layout: Callable[[list[PageRow]], str]) -> None:
    """Table, definitions, headings and text differ in form only."""
    rows = list(read_page_file(SAMPLE).rows)

    assert said(rows) == said(read_page(layout(rows).encode(), "page").rows)


def test_the_place_in_an_html_page_is_the_line_of_the_label() -> None:
    """A row of an HTML page is found again by its line in the file."""
    page = read_page_file(SAMPLE)
    lines = SAMPLE.read_text(encoding="utf-8").replace("&shy;", "").splitlines()

    assert [True] * 12 == [LABELS[row.kind] in lines[row.line - 1] for row in page.rows]


def test_links_keep_their_targets_and_nothing_else_is_followed() -> None:
    """Targets are resolved against the address of the page; scripts, menus and footers say nothing."""
    page = read_page(SAMPLE.read_bytes(), "page", url="https://www.example.org/a/b.html")
    targets = {link.label: link.target for row in page.rows for link in row.links}

    assert {
        "Webseite der AFM": "https://afm.example.org/",
        "info@afm.example.org": "mailto:info@afm.example.org",
        "Musterladen Sachsen": "https://www.example.org/shop",
        "Informationen zu den Kosten": "https://www.example.org/a/kosten.html#sn",
    } == targets
    assert ("Übersicht der Länder (Muster)", 12) == (page.title, len(page.rows))


def test_states_in_another_order_missing_or_twice_are_read_as_they_stand() -> None:
    """Nothing depends on the order of states or on all of them being there; a repetition is told."""
    rows = list(read_page_file(SAMPLE).rows)
    turned = [*rows[8:], *rows[:4]]
    twice = [*rows, *rows[:4]]

    assert said(turned) == said(read_page(as_text(turned).encode(), "page").rows)
    assert (said(twice), said(rows[:4])) == (
        said(read_page(as_text(twice).encode(), "page").rows),
        said(read_page(as_text(twice).encode(), "page").repeated),
    )


RECOGNISED = [
    ("contact", "Amt A: Amt B:", [("name", "Amt A", ""), ("name", "Amt B", "")]),
    ("contact", "E-Mail:a@b.de", [("email", "a@b.de", "a@b.de")]),
    ("contact", "a@b.de", [("email", "a@b.de", "a@b.de")]),
    ("contact", "a [at] b.de", [("email", "a [at] b.de", "a@b.de")]),
    ("contact", "Amt Telefon: 0431/988-0", [("label", "Amt", ""), ("telephone", "0431/988-0", "+494319880")]),
    ("contact", "Tel. +49 (0)30 18681-0", [("telephone", "+49 (0)30 18681-0", "+4930186810")]),
    ("contact", "Telefon: 12345678901234567", [("telephone", "12345678901234567", "")]),
    ("contact", "a@b.de sowie Kontakt über Leitstelle", [("email", "a@b.de", "a@b.de"), ("label", "Leitstelle", "")]),
    ("contact", "Amt Webseite des Amts", [("label", "Amt", ""), ("label", "Webseite des Amts", "")]),
    ("services", "Laden oder Laden: Liste", [("label", "Laden", ""), ("label", "Laden: Liste", "")]),
    ("services", "Liste Hinweis: erreichbar nur aus LAN", [("label", "Liste", ""), ("access", "erreichbar nur aus LAN", "RESTRICTED")]),
    ("services", "Go Live des Ladens folgt in Kürze.", [("silence", "Go Live des Ladens folgt in Kürze.", "notYetAvailable"), ("launch", "Go Live des Ladens folgt in Kürze.", "announced")]),
    ("financing", "", [("silence", "", "empty")]),
    ("financing", "n. a.", [("silence", "n. a.", "notApplicable")]),
    ("financing", "n.a.", [("silence", "n.a.", "notApplicable")]),
    ("financing", "Informationen sind noch nicht verfügbar.", [("silence", "Informationen sind noch nicht verfügbar.", "notYetAvailable")]),
    ("financing", "Frei bis Ende 2023", [("label", "Frei", ""), ("deadline", "bis Ende 2023", "2023-12-31")]),
    ("financing", "Frei bis zum 29.02.2028", [("label", "Frei", ""), ("deadline", "bis zum 29.02.2028", "2028-02-29")]),
    ("financing", "Frei bis Juni 2025", [("label", "Frei", ""), ("deadline", "bis Juni 2025", "2025-06-30")]),
    ("financing", "Liste (Stand: November 2022)", [("label", "Liste", ""), ("asOf", "Stand: November 2022", "2022-11")]),
    ("financing", "Liste seit 1. Mai 2024", [("label", "Liste seit", ""), ("date", "1. Mai 2024", "2024-05-01")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "expected"), RECOGNISED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_stands_in_a_row_is_recognised(kind: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    """Names, addresses, numbers, labels, dates, silence and remarks are told apart, as printed and as recorded."""
    assert expected == [(item.kind, item.text, item.value) for item in items(PageRow("Sachsen", kind, text, 1))]


def test_the_silence_of_the_real_page_is_recognised(
    page: dict[tuple[str, str], PageRow], documents: list[Document]
) -> None:
    """Of all 64 rows the value status that is read off the page is the one that a maintainer recorded."""
    recorded = {
        (s.value["name"]["de"], row["rowKind"]): row["valueStatus"] for s in states(documents) for row in rows_of(s)
    }

    assert recorded == {key: status_of(row) for key, row in page.items()}


def test_the_addresses_of_the_real_page_are_recognised(
    page: dict[tuple[str, str], PageRow], documents: list[Document]
) -> None:
    """E-mail addresses and dialled numbers read off the page are those of the records, and no others."""
    contacts = [contact for state in states(documents) for contact in state.value["reuse"]["contacts"]]

    def values(kind: str) -> list[str]:
        found: list[Item] = [item for row in page.values() for item in items(row) if item.kind == kind]
        return sorted(item.value for item in found)

    assert sorted(c["email"] for c in contacts if "email" in c) == values("email")
    assert sorted(c["telephone"] for c in contacts if "telephone" in c) == values("telephone")


WHOLE = SAMPLE.read_bytes()
BAD = {
    "empty": (b" \n\t\n", "the page is empty"),
    "pdf": (b"%PDF-1.7 ...", "looks like a PDF file"),
    "office": (b"PK\x03\x04...", "looks like a ZIP archive or an office document"),
    "gzip": (gzip.compress(WHOLE), "looks like a compressed file"),
    "nul": (b"a\0b" * 99, "holds NUL characters"),
    "latin-1": (
        "Thüringen".encode("latin-1"),
        "not readable as UTF-8 .byte 0xFC at 2. – probably saved as windows-1252",
    ),
    "wrong charset": (WHOLE.replace(b'"utf-8"', b'"us-ascii"'), "not readable as US-ASCII"),
    "no charset": (WHOLE.replace(b'"utf-8"', b'"klingon"'), "says its encoding is 'klingon', which nobody knows"),
    "read twice": (
        WHOLE.decode().encode("utf-8").decode("cp1252", "ignore").encode(),
        "UTF-8 read as another encoding",
    ),
    "deep": (b"<html>" + b"<div>" * 100_000, "more than 500 elements open at once"),
    "open tags": (b"<html>" + b"<b><i>" * 100 + b"<p>x" * 1000, "32 of them formatting"),
    "login": (b"<html><form>Name <input type=password></form></html>", "looks like a page that asks for a login"),
    "captcha": (b"<html><p>Bitte l\xc3\xb6sen Sie das Captcha</p></html>", "looks like a captcha"),
    "not found": (b"<html><h1>404 Seite nicht gefunden</h1></html>", "looks like a page that was not found"),
    "another": (b"Guten Tag.", "looks like another page"),
    "half of html": (WHOLE[: WHOLE.index(b"</main>")], "looks like half a page"),
    "half of text": (as_text(list(read_page_file(SAMPLE).rows))[:-120].encode(), "half a page"),
    "without last rows": (as_text(list(read_page_file(SAMPLE).rows)[:-2]).encode(), "ends after 2 of 4 rows of Berlin"),
    "long row": (b"Sachsen\nFinanzierung | " + b"a" * 20_001 + b" |", "a row of 20,001 characters"),
    "endless row": (b"Sachsen\nFinanzierung | " + b"a\n" * 200_000 + b" |", "has no closing"),
    "many labels": (b"<html><h2>Sachsen</h2>" + b"<p>Finanz<b></b>ierung</p>\n" * 30_000, "looks like half a page"),
    "huge": (b"x" * 5_000_001, "longer than 5,000,000 bytes"),
}


@pytest.mark.parametrize(("data", "expected"), BAD.values(), ids=BAD)
def test_what_is_no_page_is_refused_with_a_line_that_says_what_it_looks_like(data: bytes, expected: str) -> None:
    """Whatever is not the whole page ends in one line, in well under a second."""
    with pytest.raises(BrokenInput, match=expected) as caught:
        read_page(data, "page.html")

    assert "\n" not in str(caught.value)


ODD_CELLS = ["a" * 19_000, "1" * 19_000, "a@" * 9_000, "a." * 9_000, "Go Live " * 2_000, "nur aus " * 2_000, "Stand: " * 2_500,
             "0431 " * 3_500, "Amt: " * 3_500, "a@b." * 4_500, " oder" * 3_500]  # fmt: skip


@pytest.mark.parametrize("cell", ODD_CELLS, ids=lambda cell: cell[:7])
def test_odd_cells_are_read_in_time(cell: str) -> None:
    """No text of a row makes the reading take long."""
    begin = time.process_time()
    items(PageRow("Sachsen", "contact", cell, 1))

    assert time.process_time() - begin < 10  # what grows with the square takes minutes


def test_a_damaged_page_is_read_or_refused() -> None:
    """Bytes turned, cut or repeated at random give a page or one line, and nothing else."""
    for seed in range(150):
        chance = random.Random(seed)
        data = bytearray(WHOLE if seed % 2 else as_text(list(read_page_file(SAMPLE).rows)).encode())
        for _ in range(chance.randint(1, 30)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 40)] = chance.choice(
                [b"", b"|", b"<", b">", b"</td>", b"\n", bytes([chance.randrange(256)])]
            )
        try:
            assert [status_of(row) for row in read_page(bytes(data), "page").rows]
        except BrokenInput as error:
            assert 1 == len(str(error).splitlines())


def run(*arguments: object) -> Result:
    """Run ``efa-lod source`` with *arguments*."""
    return CliRunner().invoke(main, ["source", *map(str, arguments)], env={"LC_ALL": "C"})


def test_read_gives_the_same_as_yaml_and_json() -> None:
    """Both formats hold each row with its place, digest, status and items."""
    as_yaml, as_json = run("read", SAMPLE), run("read", SAMPLE, "--format", "json")

    assert (0, 0) == (as_yaml.exit_code, as_json.exit_code)
    assert yaml.safe_load(as_yaml.stdout) == json.loads(as_json.stdout)
    first = json.loads(as_json.stdout)[0]
    assert ("Sachsen", "contact", f"{SAMPLE}:15", "stated") == tuple(
        first[k] for k in ("state", "kind", "place", "valueStatus")
    )
    assert {"kind": "telephone", "text": "0351/564-0", "value": "+493515640"} in first["items"]


def test_draft_holds_what_is_plain_and_marks_what_is_not() -> None:
    """A draft has digests, addresses and targets; kinds of contacts and prose are left to a person."""
    text = run("draft", SAMPLE, "Sachsen").stdout
    assert text.startswith(SCHEMA_COMMENT)
    drafted = yaml.safe_load(text)

    assert [
        {
            "contactKind": "TODO",
            "name": {"de": "Amt für Muster (AFM)"},
            "linkLabel": {"de": "Webseite der AFM"},
            "link": "https://afm.example.org/",
            "email": "info@afm.example.org",
            "telephone": "+493515640",
            "printedAs": "0351/564-0",
        }
    ] == drafted["contacts"]
    assert ["contact", "services", "furtherMarketplace", "financing"] == [row["rowKind"] for row in drafted["rows"]]


@pytest.mark.parametrize(
    "arguments", [("read", "nowhere.html"), ("read", SAMPLE, "--state", "Bayern"), ("draft", SAMPLE, "Bayern")]
)
def test_what_cannot_be_read_is_one_line_and_exit_code_2(arguments: tuple[object, ...]) -> None:
    """A file that is not there and a state that is not on the page end the command with a line."""
    result = run(*arguments)

    assert (2, "", 1) == (result.exit_code, result.stdout, len(result.stderr.splitlines()))
    assert re.match("efa-lod: ", result.stderr)


def test_a_library_that_is_missing_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, a command that needs it says what to install."""
    monkeypatch.setitem(sys.modules, "selectolax.lexbor", None)
    result = run("read", SAMPLE)

    assert (2, True) == (result.exit_code, "pip install 'efa-lod[sources]'" in result.stderr)
