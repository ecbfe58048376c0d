"""Nothing on the page goes unseen: whatever is inserted, deleted or changed is told, with line and text."""

import json
import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from efa_lod.cli import main
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication
from efa_lod.overview.outside import KnownOutside, known_outside, outside_changes, outside_text, read_outside
from efa_lod.overview.page import OverviewPage, read_page, read_page_file
from efa_lod.overview.watching import known_rows, recorded_rows, row_changes
from support.page_forms import LABELS, READ, Source, source_of

MUTATIONS = int(os.environ.get("EFA_LOD_MUTATIONS", "500"))
"""How many mutations are tried; none is missed of 60,000."""
WORD = re.compile(r"\w{2,}")
TAGS = re.compile(r"<[^>]*>")
HREF = re.compile(r'href="([^"]*)"')
NEW = [
    "Neu",
    "Achtung: Diese Seite wird überarbeitet.",
    "Stand: 2027",
    "FIT-Store",
    "x",
    "Hinweis | Nur noch bis 2026 |",
]


@pytest.fixture(scope="module")
def text(reference: Path) -> str:
    """Return the text of the real page."""
    return (reference / "source/efa-nachnutzung-in-den-laendern.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def source(text: str) -> Source:
    """Return what is transformed."""
    return source_of(read_page(text.encode(), "page"))


@pytest.fixture(scope="module")
def outside(publication: Publication) -> KnownOutside:
    """Return what the publication has accepted outside of the rows."""
    found = read_outside(publication)
    assert found is not None
    return found


def linked(source: Source) -> str:
    """Return the page in HTML, with a link in many rows and above the states."""
    page = READ["addresses as links"](source).decode()
    for i, label in enumerate(["Webseite", "Marktplatz", "Informationen", "Nachnutzung", "Kommunalvertreter"]):
        page = re.sub(rf"(?<=[ >])({label}[^<|]*)", rf'<a href="https://www.example.org/{i}">\1</a>', page)
    return page


def insert_word(text: str, chance: random.Random) -> str:
    """Put a word before or behind another."""
    at = chance.choice([match.end() for match in WORD.finditer(text)])
    return f"{text[:at]} {chance.choice(['neu', 'nicht', '2027'])}{text[at:]}"


def delete_word(text: str, chance: random.Random) -> str:
    """Take a word away."""
    match = chance.choice(list(WORD.finditer(text)))
    return text[: match.start()] + text[match.end() :]


def change_word(text: str, chance: random.Random) -> str:
    """Put a letter or digit in the place of another."""
    match = chance.choice(list(WORD.finditer(text)))
    at = chance.randrange(match.start(), match.end())
    return text[:at] + chance.choice([c for c in "aeinrst0123456789" if c != text[at].lower()]) + text[at + 1 :]


def insert_line(text: str, chance: random.Random) -> str:
    """Put a line between two others."""
    lines = text.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines) + 1), f"{chance.choice(NEW)}\n")
    return "".join(lines)


def delete_line(text: str, chance: random.Random) -> str:
    """Take a line with words away."""
    lines = text.splitlines(keepends=True)
    del lines[chance.choice([i for i, line in enumerate(lines) if WORD.search(line)])]
    return "".join(lines)


def repeat_line(text: str, chance: random.Random) -> str:
    """Put a line somewhere a second time."""
    lines = text.splitlines(keepends=True)
    line = chance.choice([line for line in lines if WORD.search(line)])
    lines.insert(chance.randrange(len(lines) + 1), line)
    return "".join(lines)


def in_words(mutate: Callable[[str, random.Random], str]) -> Callable[[str, random.Random], str]:
    """Return *mutate* for what HTML shows: tags stay as they are."""

    def mutated(page: str, chance: random.Random) -> str:
        body = page.index("<body>")
        gaps = [m for m in re.finditer(r">([^<>]+)<", page) if m.start() > body and WORD.search(m[1])]
        match = chance.choice(gaps)
        return page[: match.start(1)] + mutate(match[1], chance) + page[match.end(1) :]

    return mutated


def change_href(page: str, chance: random.Random) -> str:
    """Let a link lead to another place."""
    match = chance.choice(list(HREF.finditer(page)))
    other = chance.choice([match[1] + "x", "https://other.example/", "mailto:anders@example.org", "javascript:x()"])
    return page[: match.start(1)] + other + page[match.end(1) :]


def delete_link(page: str, chance: random.Random) -> str:
    """Let the words of a link stand without it."""
    match = chance.choice(list(re.finditer(r"<a [^>]*>(.*?)</a>", page)))
    return page[: match.start()] + match[1] + page[match.end() :]


def insert_link(page: str, chance: random.Random) -> str:
    """Make words a link."""
    bare = [m for m in re.finditer(r"<(td|th|h1|h2|p)>([^<>]+)</\1>", page) if WORD.search(m[2])]
    match = chance.choice(bare)
    return f'{page[: match.start(2)]}<a href="https://new.example/">{match[2]}</a>{page[match.end(2) :]}'


def insert_element(page: str, chance: random.Random) -> str:
    """Put a paragraph, a row or a heading between two elements."""
    row = "<tr><th>Hinweis</th><td>Nur noch bis 2026</td></tr>"
    block = chance.choice(["<p>Achtung</p>", "<h2>Neues Land</h2>", "<div>Stand: 2027</div>", "<aside>Neu</aside>"])
    if chance.random() < 0.5:
        at = chance.choice([m.end() for m in re.finditer(r"</tr>\n", page)])
        return page[:at] + row + page[at:]
    at = chance.choice([m.start() for m in re.finditer(r"<h2>|<table>|</body>|<p>", page)])
    return page[:at] + block + page[at:]


IN_TEXT = [insert_word, delete_word, change_word, insert_line, delete_line, repeat_line]
IN_HTML = [
    *map(in_words, [insert_word, delete_word, change_word]),
    change_href,
    change_href,
    delete_link,
    insert_link,
    insert_element,
]


def is_noticed(page: bytes, rows: object, outside: KnownOutside) -> bool:
    """Return True if something of *page* is told to be new, or it is no page any more."""
    try:
        other = read_page(page, "page")
    except BrokenInput:
        return True
    changed = any(row.change != "unchanged" for row in row_changes(rows, other))  # type: ignore[arg-type]
    return changed or any(outside_changes(outside, other))


def test_no_mutation_of_the_text_is_missed(text: str, documents: list[Document], outside: KnownOutside) -> None:
    """Any word or line of the text that is inserted, deleted, changed, repeated or moved is told."""
    rows, chance = recorded_rows(documents), random.Random(1)
    assert not is_noticed(text.encode(), rows, outside)
    for number in range(MUTATIONS // 2):
        mutate = IN_TEXT[number % len(IN_TEXT)]
        mutated = mutate(text, chance)
        assert is_noticed(mutated.encode(), rows, outside), (mutate.__name__, *difference(text, mutated))


def test_no_mutation_of_a_page_with_links_is_missed(source: Source) -> None:
    """Any word, element or target of a page in HTML that is inserted, deleted or changed is told."""
    html = linked(source)
    page, chance = read_page(html.encode(), "page"), random.Random(2)
    rows, outside = known_rows(page), known_outside(page)
    assert len(HREF.findall(html)) > 40
    assert not is_noticed(html.encode(), rows, outside)
    for number in range(MUTATIONS // 2):
        mutate = IN_HTML[number % len(IN_HTML)]
        mutated = mutate(html, chance)
        assert is_noticed(mutated.encode(), rows, outside), (number % len(IN_HTML), *difference(html, mutated))


def difference(one: str, other: str) -> tuple[str, str]:
    """Return where two texts begin to differ."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return one[max(0, at - 60) : at + 60], other[max(0, at - 60) : at + 60]


# What is told, by each command.


def run(*arguments: object) -> Result:
    """Run ``efa-lod source`` with *arguments*."""
    return CliRunner().invoke(main, ["source", *map(str, arguments)], env={"LC_ALL": "C"})


FINANCE = LABELS["financing"]
NEWS = {
    "a row of a new kind": (f"{FINANCE} | n. a. |", f"Hinweis | Nur noch bis 31.12.2026 |\n{FINANCE} | n. a. |", "Hinweis | Nur noch"),
    "a notice above": ("Artikel Einer", "Achtung: in Überarbeitung\nArtikel Einer", "in Überarbeitung"),
    "a new date in the introduction": ("Bundesländer zur", "Bundesländer (Stand: Mai 2027) zur", "Stand: Mai 2027"),
    "a line between states": ("Bremen\n", "Neue Zeile\nBremen\n", "Neue Zeile"),
    "a line within a state": ("Bremen\n", "Bremen\nNeue Zeile\n", "Neue Zeile"),
    "a label in other words": ("Ggf. weiterer Marktplatz | n. a.", "Weiterer Marktplatz | n. a.", "Weiterer Marktplatz"),
    "a state that is not known": ("Bremen\n", "Atlantis\n", "Atlantis"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), NEWS.values(), ids=NEWS)
def test_news_is_told_with_line_and_text_and_nothing_is_confirmed(
    old: str, new: str, told: str, text: str, copy: Path
) -> None:
    """Watch and coverage name line and text, in text and as JSON; confirm refuses and writes nothing."""
    page = copy / "page.txt"
    page.write_text(text.replace(old, new), encoding="utf-8")
    watched, covered = run("watch", page, "--publication", copy), run("coverage", page, "--publication", copy)
    data = json.loads(run("coverage", page, "--publication", copy, "--format", "json").stdout)
    before = {path: path.read_bytes() for path in copy.rglob("*.yaml")}
    confirmed = run("confirm", page, "--publication", copy)

    assert (1, 1, 1) == (watched.exit_code, covered.exit_code, confirmed.exit_code)
    assert told in watched.stdout
    assert "(line " in watched.stdout
    assert f"{page}:" in covered.stdout
    assert any(told in str(result["found"]) and result["line"] for result in data["results"])
    assert told in confirmed.stderr
    assert before == {path: path.read_bytes() for path in copy.rglob("*.yaml")}


def test_a_target_that_contradicts_the_text_is_told(source: Source, copy: Path) -> None:
    """A mailto: to another address than the printed one is news; one that repeats it is none."""
    same, other = copy / "same.html", copy / "other.html"
    same.write_bytes(READ["addresses as links"](source))
    other.write_bytes(same.read_bytes().replace(b"mailto:info@itvsh.de", b"mailto:anders@example.org"))

    assert [0, 0, 0] == [
        run(command, same, "--publication", copy).exit_code for command in ("watch", "coverage", "confirm")
    ]
    assert [1, 1, 1] == [
        run(command, other, "--publication", copy).exit_code for command in ("coverage", "watch", "confirm")
    ]
    assert "mailto:anders@example.org" in run("watch", other, "--publication", copy).stdout
    assert "mailto:anders@example.org" in run("coverage", other, "--publication", copy).stdout


def test_targets_are_compared_with_an_older_page(source: Source, tmp_path: Path) -> None:
    """The same label with another target, a link where there was none, and one that is gone are told."""
    html = linked(source)
    old, new = tmp_path / "old.html", tmp_path / "new.html"
    old.write_text(html, encoding="utf-8")
    for change in (change_href, insert_link, delete_link):
        new.write_text(change(html, random.Random(3)), encoding="utf-8")
        assert 1 == run("watch", new, "--against", old).exit_code
    new.write_bytes(READ["as it is at hand"](source))
    assert 0 == run("watch", new, "--against", old).exit_code  # a text has no targets that could differ


def test_what_was_accepted_is_known_from_then_on(source: Source, copy: Path) -> None:
    """After accept, the page with its links, notice and other words confirms; digests were written, not copied."""
    page, words = copy / "page.html", "<p>Ein Hinweis, der bleibt.</p></body>"
    page.write_text(linked(source).replace("</body>", words).replace("info@itvsh", "post@itvsh"), encoding="utf-8")
    rehearsed = run("accept", page, "--publication", copy, "--date", "2027-03-01", "--dry-run")
    assert (0, 1) == (rehearsed.exit_code, run("watch", page, "--publication", copy).exit_code)
    accepted = run("accept", page, "--publication", copy, "--date", "2027-03-01")

    assert 0 == accepted.exit_code
    assert [0, 0] == [
        run(*command, page, "--publication", copy).exit_code
        for command in (["watch"], ["confirm", "--date", "2027-03-01"])
    ]
    assert "post@itvsh.de" in run("coverage", page, "--publication", copy).stdout
    plain = copy / "page.txt"
    plain.write_bytes(READ["as it is at hand"](source_of(read_page_file(page))))
    assert "outside" not in run("watch", plain, "--publication", copy).stdout
    changed = (copy / "data/states/sh.yaml").read_text(encoding="utf-8")
    assert "modified: 2027-03-01" in changed
    assert "lastConfirmed: 2027-03-01" in changed
    written = json.loads((copy / "data/facts/efa-nachnutzung.json").read_text(encoding="utf-8"))["rows"]
    assert written["source/efa-nachnutzung#sh-contact"]["sha256"] in changed


def test_states_are_named_as_find_names_them(text: str, copy: Path) -> None:
    """Abbreviation, key, code and name are one state, for draft, confirm and accept; what is none is refused."""
    page = copy / "page.txt"
    page.write_text(text, encoding="utf-8")
    drafts = {
        run("draft", page, name, "--publication", copy).stdout
        for name in ("SH", "sh", "01", "DE-SH", "Schleswig-Holstein")
    }
    assert [True] == ["info@itvsh.de" in draft for draft in drafts]
    assert 1 == run("confirm", page, "SH", "--publication", copy, "--date", "2027-03-01").stdout.count("confirmed")
    assert 0 == run("accept", page, "HH", "--publication", copy, "--date", "2027-03-02").exit_code
    days = {
        state: f"lastConfirmed: {day}"
        for state, day in (("sh", "2027-03-01"), ("hh", "2027-03-02"), ("he", "2026-11-23"))
    }
    for state, day in days.items():
        assert day in (copy / f"data/states/{state}.yaml").read_text(encoding="utf-8")
    for command in ("draft", "confirm", "accept"):
        result = run(command, page, "Atlantis", *(() if command == "draft" else ("--publication", copy)))
        assert (2, True) == (result.exit_code, "Atlantis" in result.stderr)


def test_accept_writes_nothing_where_a_row_is_missing(text: str, copy: Path) -> None:
    """A row without an entry, and an entry without a row, are left and told; the day of comparison stays."""
    page = copy / "page.txt"
    page.write_text(text.replace("Finanzierung | n. a. |\n", ""), encoding="utf-8")
    result = run("accept", page, "BE", "--publication", copy, "--date", "2027-03-01")

    assert (1, True) == (result.exit_code, "Berlin, financing" in result.stderr)
    assert "2027-03-01" not in (copy / "data/states/be.yaml").read_text(encoding="utf-8")


def test_what_is_accepted_is_known_by_digests_and_three_words(
    page_at_hand: OverviewPage, outside: KnownOutside
) -> None:
    """The file beside the record of the page is that of the page at hand, and holds none of its sentences."""
    known = known_outside(page_at_hand)

    assert known == outside
    assert all(len(one.begins.split()) < 5 for one in known.passages)
    assert json.loads(outside_text(known))


@pytest.fixture(scope="module")
def page_at_hand(text: str) -> OverviewPage:
    """Return the real page."""
    return read_page(text.encode(), "page")
