"""What an office had taken out is told with the office and the day, wherever changes are told, and without the value."""

import json
from pathlib import Path

import pytest
import yaml

from conftest import Cli
from efa_lod.editing.edits import AnyEdit, Edit, Removal, apply_edits
from efa_lod.editing.provenance import Provenance
from efa_lod.editing.saving import write_edited
from efa_lod.model.publication import read_publication
from efa_lod.model.removals import noted_removals

OFFICE, DAY = "Staatskanzlei", "2026-12-01"
ASKED = {
    "en": "(at the request of: Staatskanzlei, 1 December 2026).",
    "de": "(auf Veranlassung: Staatskanzlei, 1. Dezember 2026).",
}
MAIL = Edit("state/sh#contact-itvsh", "email", "info@itvsh.de", None)
WORDS = Edit("state/sh#provision-adoption", "condition.en", "as far as suitable EfA services exist", None)
PART = Removal("state/sh#provision-shop", {"de": "Entfallen.", "en": "Gone."})
SHARED = Removal("marketplace/efa-marktplatz", {"de": "Entfallen.", "en": "Gone."})


def taken_out(copy: Path, *edits: AnyEdit, state: str = "state/sh", day: str = DAY) -> None:
    """Take something out of a record of *copy* as sheet and form do, by which none of the files is made anew."""
    read = read_publication(copy)
    texts = apply_edits(read, state, edits, Provenance(OFFICE, day, "sh.xlsx"))
    before = {name: (copy / name).read_text("utf-8") if (copy / name).exists() else "" for name in texts}
    write_edited(read, texts, before)


def released(cli: Cli, copy: Path, day: str, *options: object) -> str:
    """Make a release and return what is said."""
    found = cli("release", *options, "--write", "--publication", copy, "--date", day, "--lang", "en")
    assert 0 == found.exit_code, found.stderr
    return found.stdout


@pytest.mark.parametrize("edit", [MAIL, WORDS, PART], ids=["a value", "a text", "a part"])
def test_a_release_says_who_asked(cli: Cli, copy: Path, edit: AnyEdit) -> None:
    """The release and a difference of builds say at whose request, and never the value that went."""
    released(cli, copy, "2026-11-30")
    assert 0 == cli("build", "-o", copy / "old", "--publication", copy, "--no-site").exit_code
    taken_out(copy, edit)
    told = released(cli, copy, "2026-12-02")
    assert 0 == cli("build", "-o", copy / "new", "--publication", copy, "--no-site").exit_code
    found = {
        tongue: cli("diff", copy / "old", copy / "new", "--publication", copy, "--lang", tongue) for tongue in ASKED
    }
    kept = json.loads((copy / "data/releases/1.1.0.json").read_text("utf-8")) if edit is not PART else {}

    assert ASKED["en"] in told
    assert ASKED["de"] in yaml.safe_load((copy / "data/publication.yaml").read_text("utf-8"))["versionNotes"]["de"]
    for tongue, asked in ASKED.items():
        (line,) = (one for one in found[tongue].stdout.splitlines() if asked in one)
        assert "info@itvsh.de" not in line
    assert edit is PART or [OFFICE] == [one["office"]["de"] for one in kept["requests"]]


def test_each_writer_of_a_release_says_it(cli: Cli, copy: Path) -> None:
    """Feeds, activities, change set and notes have the same sentence, also when built from the ledger alone."""
    released(cli, copy, "2026-11-30")
    taken_out(copy, MAIL)
    released(cli, copy, "2026-12-02")
    (copy / "data/removals.yaml").unlink()
    site = copy / "site"
    assert 0 == cli("build", "-o", site, "--publication", copy).exit_code
    folder = site / "release/1.1.0"

    for path in (site / "changes.en.atom", site / "changes/activities-1.1.0.json", folder / "changes.json"):
        assert ASKED["en"] in path.read_text("utf-8"), path
    assert "hat keine E-Mail-Adresse mehr (auf Veranlassung:" in (site / "changes.de.atom").read_text("utf-8")
    for path in (site / "changes.de.atom", folder / "changes.ttl", folder / "notes.de.html", site / "state/sh.html"):
        assert ASKED["de"] in path.read_text("utf-8"), path


def test_a_request_is_told_once(cli: Cli, copy: Path) -> None:
    """What went by a request, came back and went again without one is not told as if it were asked for."""
    released(cli, copy, "2026-11-30")
    record = (copy / "data/states/sh.yaml").read_text("utf-8")
    taken_out(copy, MAIL)
    released(cli, copy, "2026-12-02")
    gone = (copy / "data/states/sh.yaml").read_text("utf-8")
    (copy / "data/states/sh.yaml").write_text(record, "utf-8")
    released(cli, copy, "2026-12-03")
    (copy / "data/states/sh.yaml").write_text(gone, "utf-8")
    again = released(cli, copy, "2026-12-04")
    taken_out(copy, WORDS, day="2026-12-05")
    other = released(cli, copy, "2026-12-06")

    assert "no longer has an e-mail address" in again
    assert "at the request" not in again
    assert "(at the request of: Staatskanzlei, 5 December 2026)" in other


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("removals: []\n", 0),
        ("other: []\n", 0),
        ("removals:\n  - thing: state/sh\n", 0),
        ("removals:\n  - just words\n  - {thing: state/sh, date: 2026-12-01, statedBy: {de: Amt}}\n", 1),
    ],
)
def test_a_list_with_less_is_read(copy: Path, text: str, count: int) -> None:
    """What names no thing, day or office is passed over; no list is none."""
    assert [] == noted_removals(read_publication(copy))
    (copy / "data/removals.yaml").write_text(text, "utf-8")

    assert count == len(noted_removals(read_publication(copy)))


def test_a_broken_list_is_a_line(cli: Cli, copy: Path) -> None:
    """A list that is no YAML is told with its line, and nothing is released."""
    released(cli, copy, "2026-11-30")
    taken_out(copy, MAIL)
    (copy / "data/removals.yaml").write_text("removals:\n  - {thing: x\n", "utf-8")
    found = cli("release", "--write", "--publication", copy, "--date", "2026-12-02", "--lang", "en")

    assert 2 == found.exit_code
    assert found.stderr.splitlines()[-1].startswith("efa-lod: data/removals.yaml:")


@pytest.mark.parametrize(
    "change",
    [
        {"office": {}},
        {"office": "Staatskanzlei"},
        {"office": {"de": 1}},
        {"day": None},
        {"subject": ["x"]},
        {"more": ""},
    ],
    ids=json.dumps,
)
def test_a_damaged_request_is_a_line(cli: Cli, copy: Path, change: dict[str, object]) -> None:
    """A ledger whose request names no office or day as texts is refused as any other damaged one."""
    released(cli, copy, "2026-11-30")
    path = copy / "data/releases/1.0.0.json"
    kept = json.loads(path.read_text("utf-8"))
    whole = {"subject": "x", "predicate": "", "language": "", "office": {"de": OFFICE}, "day": DAY}
    path.write_text(json.dumps({**kept, "requests": [{**whole, **change}]}), "utf-8")
    found = cli("release", "--publication", copy, "--date", "2026-12-02", "--lang", "en")

    assert 2 == found.exit_code
    assert "data/releases/1.0.0.json: expected a release as efa-lod release writes it" in found.stderr


def test_a_shared_thing_goes_from_one_record(cli: Cli, copy: Path) -> None:
    """Where a marketplace goes from a record and stays in others, the record's sentence says who asked."""
    released(cli, copy, "2026-11-30")
    taken_out(copy, SHARED, state="state/hh")
    told = released(cli, copy, "2026-12-02")

    assert ASKED["en"] in told
