"""Changes that the page may see tomorrow: each is noticed, can be said in the records, validates and is built.

The fifth, a row of a new kind, is in ``test_new_row_kind``.
"""

import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from conftest import Cli

PAGE = "source/efa-nachnutzung-in-den-laendern.txt"
BAVARIA = "Wo findet die Kommune die nachnutzbaren Leistungen? |\nHinweis: Go-Live erfolgt in Kürze |"
Change = Callable[[str], str]


def replaced(old: str, new: str) -> Change:
    """Return what puts *new* in the place of *old*, which must be there."""

    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return change


def row_of(state: str, kind: str, said: str) -> Change:
    """Return what makes the row of a record say what it *said* of answer, form and loss."""
    entry = re.compile(
        rf"(- id: source/efa-nachnutzung#{state}-{kind}\n(?:      .*\n)*?)((?:      (?:valueStatus|form|lost|asOf).*\n)+)"
    )

    def change(text: str) -> str:
        assert entry.search(text)
        return entry.sub(lambda match: f"{match[1]}{said}", text, count=1)

    return change


def as_html(text: str, linked: str, target: str) -> str:
    """Return the page *text* as HTML in which the words *linked* lead to *target*."""
    rows = []
    for line in re.sub(r"\|\n(?=Hinweis|\|)", "| ", text).splitlines():
        cells = [escape(cell.strip()) for cell in line.split(" | ", 1)]
        if len(cells) == 1:
            rows.append(f"</table><h2>{cells[0]}</h2><table>" if cells[0].strip("\u2800") else "")
        else:
            cells[1] = cells[1].removesuffix("|").strip().replace(linked, f'<a href="{target}">{linked}</a>')
            rows.append(f"<tr><th>{cells[0]}</th><td>{cells[1]}</td></tr>")
    head = "".join(rows[:0])
    return f"<!DOCTYPE html><html><body>{head}<table>{''.join(rows)}</table></body></html>"


BERLIN = (
    "Nach dem Haushaltsplan finanziert das Land den Betrieb der Onlinedienste für die Bezirke. Nähere Auskunft gibt die"
    " Senatskanzlei. Das gilt bis zum 31. Dezember 2027."
)
BERLIN_FINANCING = """    valueStatus: stated
    summary:
      de: Das Land bezahlt den Bezirken den Betrieb der Onlinedienste bis Ende 2027.
      en: The state pays for the operation of the online services for the districts until the end of 2027.
    provisions:
      - id: state/be#provision-operation
        type: Provision
        provisionKind: funding
        appliesTo: efa:Party-districts
        paidBy: efa:Party-state
        covers: operation
        certainty: stated
        until: 2027-12-31
        summary:
          de: Den Betrieb der Onlinedienste bezahlt das Land den Bezirken bis Ende 2027; Auskunft gibt die Senatskanzlei.
          en: The state pays for the operation of the online services for the districts until the end of 2027.
        origin: source/efa-nachnutzung#be-financing
"""

CHANGES: dict[str, tuple[str, Change, list[Change], str, str]] = {
    "Saxony-Anhalt gets an e-mail address": (
        "st",
        replaced(
            "OZG-Landeskoordination Sachsen-Anhalt |", "OZG-Landeskoordination Sachsen-Anhalt E-Mail: ozg@st.example |"
        ),
        [
            row_of("st", "contact", "      valueStatus: stated\n      form: [namedContact, address]\n"),
            replaced(
                "        de: OZG-Landeskoordination Sachsen-Anhalt\n      lost: linkTarget\n",
                "        de: OZG-Landeskoordination Sachsen-Anhalt\n      email: ozg@st.example\n",
            ),
        ],
        "contacts",
        "ST,Sachsen-Anhalt,OZG-Landeskoordination Sachsen-Anhalt,unit,ozg@st.example,,",
    ),
    'Berlin answers instead of "n. a."': (
        "be",
        replaced("Finanzierung | n. a. |", f"Finanzierung | {BERLIN} |"),
        [
            row_of("be", "financing", "      valueStatus: stated\n      form: text\n"),
            lambda text: re.sub(
                r"    valueStatus: notApplicable\n    summary:\n(?:      .*\n)+    provisions:\n",
                BERLIN_FINANCING,
                text,
            ),
        ],
        "who-pays",
        "BE,Land,state,Betrieb,operation,districts,,stated,2027-12-31",
    ),
    "Schleswig-Holstein is dated 2026": (
        "sh",
        replaced("(Stand: November 2022)", "(Stand: 2026)"),
        [
            replaced('      asOf: "2022-11"\n', '      asOfYear: "2026"\n'),
            replaced("(Stand November 2022)", "(Stand 2026)"),
            replaced("(as\n        of November 2022)" if False else "of November 2022)", "of 2026)"),
        ],
        "records-to-confirm",
        "SH,2026",
    ),
}


def bavaria(page: Path, reference: Path) -> Path:
    """Write the page on which Bavaria's platform has a name and a link."""
    text = (reference / PAGE).read_text(encoding="utf-8")
    changed = replaced(BAVARIA, "Wo findet die Kommune die nachnutzbaren Leistungen? | BayernPackages |")(text)
    page.write_text(as_html(changed, "BayernPackages", "https://packages.example/"), encoding="utf-8")
    return page


def edit(copy: Path, state: str, changes: list[Change]) -> None:
    """Change the record of a state."""
    file = copy / f"data/states/{state}.yaml"
    text = file.read_text(encoding="utf-8")
    for change in changes:
        text = change(text)
    file.write_text(text, encoding="utf-8")


def goes_through(cli: Cli, copy: Path, page: Path, state: str, out: Path) -> None:
    """Accept the page for a state, and hold page, records and rules against each other; build without pages."""
    steps = (
        ("source", "accept", page, state.upper()),
        ("source", "coverage", page),
        ("source", "watch", page),
        ("validate",),
        ("build", "--no-site", "--output", out),
    )
    for step in steps:
        result = cli(*step, "--publication", copy)
        assert 0 == result.exit_code, (step, result.output)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_noticed_said_and_built(cli: Cli, copy: Path, reference: Path, tmp_path: Path, name: str) -> None:
    """The page is news until the record says what it says; then all agrees, and a named query has it."""
    state, on_page, in_record, query, line = CHANGES[name]
    page, out = tmp_path / "page.txt", tmp_path / "dist"
    page.write_text(on_page((reference / PAGE).read_text(encoding="utf-8")), encoding="utf-8")

    assert 1 == cli("source", "watch", page, "--publication", copy).exit_code
    assert 1 == cli("source", "coverage", page, "--publication", copy).exit_code
    edit(copy, state, in_record)
    goes_through(cli, copy, page, state, out)
    answer = cli("query", "--name", query, "--graph", out / "efa-lod-graph.ttl", "--format", "csv").stdout
    assert any(line in one for one in answer.splitlines()), answer


def test_bavaria_goes_live_with_a_name_and_a_link(cli: Cli, copy: Path, reference: Path, tmp_path: Path) -> None:
    """What was announced without a name is then a catalogue with a name and with the link of the page."""
    page, out = bavaria(tmp_path / "page.html", reference), tmp_path / "dist"

    assert 1 == cli("source", "watch", page, "--publication", copy).exit_code
    edit(
        copy,
        "by",
        [
            row_of("by", "services", "      valueStatus: stated\n      form: [namedCatalogue, link]\n"),
            replaced("  unnamedCatalogues:\n", "  catalogues:\n"),
            lambda text: re.sub(
                r"      type: WebSite\n(      launchStatus: announced\n)      editorialNote:\n(?:        .*\n)+",
                "      type: [WebSite, OfferCatalog]\n      name:\n        de: BayernPackages\n"
                "      link: https://packages.example/\n",
                text,
            ),
        ],
    )
    goes_through(cli, copy, page, "by", out)
    answer = cli("query", "--name", "marketplaces-by-state", "--graph", out / "efa-lod-graph.ttl", "--format", "csv")
    assert "BY,services,BayernPackages,,https://packages.example/," in answer.stdout
