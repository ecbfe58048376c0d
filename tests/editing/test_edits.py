"""Edits of a record become text: in the right file, with provenance, identifiers by rule and withdrawals."""

from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from efa_lod.build.check import check_publication
from efa_lod.editing.edits import AnyEdit, Edit, NewThing, Removal, apply_edits
from efa_lod.editing.provenance import Provenance
from efa_lod.errors import BadSetting, BrokenInput
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.results import conforms
from support.publications import copied_publication

BY = Provenance("Digitalisierungsministerium Schleswig-Holstein", "2026-11-28", "efa-lod-sh.xlsx")


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    """Return a copy of the publication."""
    return read_publication(copied_publication(tmp_path))


def lines(before: str, after: str) -> list[str]:
    """Return the lines that went and came."""
    found = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in found if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def edited(publication: Publication, *edits: AnyEdit, provenance: Provenance | None = BY) -> dict[str, list[str]]:
    """Return the lines that *edits* change, by file; the files are written, and conform."""
    changed = apply_edits(publication, "state/sh", edits, provenance)
    found = {}
    for file, text in changed.items():
        path = publication.folder / file
        found[file] = lines(path.read_text("utf-8") if path.exists() else "", text)
        path.write_text(text, "utf-8")
    results = check_publication(read_publication(publication.folder))
    assert conforms(results), results
    return found


def test_a_value_changes_with_its_provenance(publication: Publication) -> None:
    """Another value is put in place of what was there, and an addition says who stated it, when and how."""
    edit = Edit("state/sh#contact-itvsh", "email", "info@itvsh.de", "ozg@itvsh.de")

    found = edited(publication, edit)

    assert found == {
        "data/states/sh.yaml": [
            "-      email: info@itvsh.de",
            "+      email: ozg@itvsh.de",
            "+      additions:",
            "+        - id: state/sh#contact-itvsh-email",
            "+          type: Addition",
            "+          property: email",
            "+          text: ozg@itvsh.de",
            "+          statedBy:",
            "+            de: Digitalisierungsministerium Schleswig-Holstein",
            "+          foundOn: 2026-11-28",
            "+          confidence: high",
            "+          finding:",
            "+            de: Mitgeteilt in der Tabelle efa-lod-sh.xlsx.",
            "+            en: Stated in the workbook efa-lod-sh.xlsx.",
            "-  modified: 2026-11-23",
            "+  modified: 2026-11-28",
        ]
    }


def test_a_value_of_the_page_needs_no_provenance(publication: Publication) -> None:
    """What the page says is corrected without an addition: its origin stands there already."""
    found = edited(publication, Edit("state/sh#provision-rollout", "certainty", "stated", "currently"), provenance=None)

    assert found == {"data/states/sh.yaml": ["-      certainty: stated", "+      certainty: currently"]}


def test_an_addition_follows_its_value(publication: Publication) -> None:
    """A second edit of a value replaces its addition; with the value goes the addition."""
    edited(publication, Edit("state/sh#contact-itvsh", "email", "info@itvsh.de", "ozg@itvsh.de"))

    later = Provenance("Staatskanzlei Schleswig-Holstein", "2026-12-01")
    second = edited(
        publication, Edit("state/sh#contact-itvsh", "email", "ozg@itvsh.de", "efa@itvsh.de"), provenance=later
    )
    third = edited(publication, Edit("state/sh#contact-itvsh", "email", "efa@itvsh.de", None), provenance=later)

    assert "+          foundOn: 2026-12-01" in second["data/states/sh.yaml"]
    assert not [line for line in second["data/states/sh.yaml"] if line.endswith("type: Addition")]
    assert "-          text: efa@itvsh.de" in third["data/states/sh.yaml"]
    assert not [line for line in third["data/states/sh.yaml"] if line.startswith("+")]


@pytest.mark.parametrize("base", ["https://w3id.org/efa-lod/", "https://daten.example.org/efa/"])
def test_several_values_are_added_one_by_one(publication: Publication, base: str) -> None:
    """Of several values of a key only those that come are added, each with an addition of its own, below any base."""
    settings = publication.folder / "data" / "publication.yaml"
    settings.write_text(settings.read_text("utf-8").replace("baseIri: https://w3id.org/efa-lod/", f"baseIri: {base}"))
    publication = read_publication(publication.folder)
    assert publication.base_iri == base
    held = "maintenance\nupkeep\noperation\nfurtherDevelopment"
    found = edited(publication, Edit("state/sh#provision-running-costs", "covers", held, f"{held}\ninfrastructure"))

    changes = found["data/states/sh.yaml"]
    assert "+        covers: [maintenance, upkeep, operation, furtherDevelopment, infrastructure]" in changes
    assert [line for line in changes if "value:" in line] == ["+            value: efa:CostItem-infrastructure"]


def test_a_text_in_a_language_is_added(publication: Publication) -> None:
    """A text is set in its language, folded as long texts are, and the other language stays."""
    text = "Für die Einführung in den Kommunen ist der ITVSH verantwortlich; " + "er berät sie dabei gern. " * 4
    edit = Edit("state/sh#provision-rollout", "summary.de", None, text)

    changes = edited(publication, edit)["data/states/sh.yaml"]

    assert changes[:3] == [
        "-        de: Für die Einführung in den Kommunen ist der ITVSH verantwortlich.",
        "+        de: >-",
        "+          Für die Einführung in den Kommunen ist der ITVSH verantwortlich; er berät sie dabei gern. er berät sie dabei",
    ]


def test_a_shared_thing_is_edited_where_it_stands(publication: Publication) -> None:
    """A marketplace is edited in the file of marketplaces, and the record only says that it was modified."""
    found = edited(publication, Edit("marketplace/ozg-shop-sh", "homepage", None, "https://shop.itvsh.de/"))

    assert (
        found["data/marketplaces.yaml"][:3]
        == [
            "+homepage: https://shop.itvsh.de/",
            "+additions:",
            "+  - id: marketplace/ozg-shop-sh#homepage",
        ]
        or "+homepage: https://shop.itvsh.de/" in found["data/marketplaces.yaml"]
    )
    assert found["data/states/sh.yaml"] == ["-  modified: 2026-11-23", "+  modified: 2026-11-28"]


def test_a_new_contact_gets_an_identifier_by_rule(publication: Publication) -> None:
    """A further contact is called after its name, and an addition says who stated it."""
    contact = {"contactKind": "unit", "name.de": "Geschäftsstelle OZG-Umsetzung", "email": "geschaeftsstelle@itvsh.de"}

    changes = edited(publication, NewThing("reuse.contacts", contact))["data/states/sh.yaml"]

    name = "state/sh#contact-geschaeftsstelle-ozg-umsetzung"
    origin = "state/sh#reuse-contact-geschaeftsstelle-ozg-umsetzung"
    assert changes[:7] == [
        f"+    - id: {name}",
        "+      type: ContactPoint",
        "+      contactKind: unit",
        "+      name:",
        "+        de: Geschäftsstelle OZG-Umsetzung",
        "+      email: geschaeftsstelle@itvsh.de",
        f"+      origin: {origin}",
    ]
    assert f"+    - id: {origin}" in changes
    assert f"+      value: {name}" in changes


def test_a_second_contact_of_a_name_gets_another_identifier(publication: Publication) -> None:
    """No two things have one identifier, and none comes back that was withdrawn."""
    contact = {"contactKind": "organisation", "name.de": "ITVSH", "email": "zweite@itvsh.de"}

    changes = edited(publication, NewThing("reuse.contacts", contact))["data/states/sh.yaml"]

    assert "+    - id: state/sh#contact-itvsh-2" in changes


def test_a_new_marketplace_is_shared(publication: Publication) -> None:
    """A further marketplace is described in the file of marketplaces and named by the record."""
    market = NewThing("reuse.furtherMarketplaces", {"name.de": "Küsten-Shop", "homepage": "https://shop.example.de/"})

    found = edited(publication, market)

    assert found["data/marketplaces.yaml"][:4] == [
        "+---",
        '+"@context": ../ontology/context.jsonld',
        "+id: marketplace/kuesten-shop",
        "+type: [WebSite, OfferCatalog]",
    ]
    assert "+  furtherMarketplaces: marketplace/kuesten-shop" in found["data/states/sh.yaml"]


@pytest.mark.parametrize("is_first", [True, False])
def test_who_had_a_value_taken_away_is_kept(is_first: bool, publication: Publication) -> None:
    """A value that goes leaves the office, the day and the workbook, and not the value, which may be a secret."""
    if not is_first:
        (publication.folder / "data/removals.yaml").write_text("removals:\n  - thing: state/sh#x\n    key: email\n")
    said = Provenance("Staatskanzlei", "2026-12-01", "efa-lod-sh.xlsx")
    edit = Edit("state/sh#provision-adoption", "condition.en", "as far as suitable EfA services exist", None)

    found = edited(publication, edit, provenance=said)["data/removals.yaml"]

    assert found == [
        *["+removals:"] * is_first,
        "+  - thing: state/sh#provision-adoption",
        "+    key: condition.en",
        "+    date: 2026-12-01",
        "+    statedBy:",
        "+      de: Staatskanzlei",
        "+    finding:",
        "+      de: Mitgeteilt in der Tabelle efa-lod-sh.xlsx.",
        "+      en: Stated in the workbook efa-lod-sh.xlsx.",
    ]


def test_what_another_value_replaces_was_not_taken_away(publication: Publication) -> None:
    """A correction has its addition, and the page's own words have none: neither is a removal."""
    edit = Edit("state/sh#contact-itvsh", "email", "info@itvsh.de", "ozg@itvsh.de")
    gone = Edit("state/sh#provision-adoption", "condition.en", "as far as suitable EfA services exist", None)

    assert "data/removals.yaml" not in edited(publication, edit)
    assert "data/removals.yaml" not in edited(publication, gone, provenance=None)


def test_how_sure_something_is_stands_in_its_addition(publication: Publication) -> None:
    """What a person says of an answer goes before what holds for all of them."""
    edit = Edit("state/sh#contact-itvsh", "email", "info@itvsh.de", "ozg@itvsh.de", confidence="medium")

    assert "+          confidence: medium" in edited(publication, edit)["data/states/sh.yaml"]


def test_what_goes_is_withdrawn_with_its_reason(publication: Publication) -> None:
    """A part that was published is named as withdrawn when it goes, and who had it taken out is kept."""
    removal = Removal("state/sh#provision-shop", {"de": "Den Shop gibt es nicht mehr.", "en": "The shop is gone."})

    found = edited(publication, removal)

    assert "+  - thing: state/sh#provision-shop" in found["data/removals.yaml"]
    assert found["data/withdrawn.yaml"] == [
        "+  - id: state/sh#provision-shop",
        "+    reason:",
        "+      de: Den Shop gibt es nicht mehr.",
        "+      en: The shop is gone.",
    ]
    assert not [line for line in found["data/states/sh.yaml"] if line.startswith("+") and "modified" not in line]


def test_a_marketplace_goes_with_its_last_record(publication: Publication) -> None:
    """A shared thing stays as long as another record refers to it, and is withdrawn with the last one."""
    gone = edited(publication, Removal("state/sh#provision-shop"), Removal("marketplace/ozg-shop-sh", {"de": "Weg."}))

    assert "-id: marketplace/ozg-shop-sh" in gone["data/marketplaces.yaml"]
    assert "+  - id: marketplace/ozg-shop-sh" in gone["data/publication.yaml"]
    assert "-  catalogues: marketplace/ozg-shop-sh" in gone["data/states/sh.yaml"]


@pytest.mark.parametrize(
    "edit",
    [
        Edit("state/sh#contact-nobody", "email", None, "a@b.de"),
        Edit("state/sh#contact-itvsh", "e-mail", None, "a@b.de"),
        Edit("state/sh#contact-itvsh", "name", None, "Name"),
        Edit("state/sh#contact-itvsh", "email.de", None, "a@b.de"),
        NewThing("reuse.nothing", {"name.de": "x"}),
        Removal("state/sh#nothing"),
        Removal("state/sh"),
        Removal("state/he"),
        Removal("state/he#reuse"),
        Edit("state/he#contact-ozg", "email", None, "a@b.de"),
    ],
)
def test_what_is_not_there_is_refused(publication: Publication, edit: Any) -> None:
    """An edit of what is not there, or of no key, is refused in both languages."""
    with pytest.raises(BrokenInput) as refused:
        apply_edits(publication, "state/sh", [edit], BY)

    assert refused.value.in_language("de") != refused.value.in_language("en")


@pytest.mark.parametrize(("by", "day"), [("", "2026-11-28"), ("Ministerium", "28.11.2026"), ("Ministerium", "")])
def test_provenance_says_who_and_when(by: str, day: str) -> None:
    """Nothing is added without the office that states it and the day."""
    with pytest.raises(BadSetting):
        Provenance(by, day)
