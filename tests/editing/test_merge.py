"""What a person wants is merged with what the record says meanwhile, checked, and written whole or not at all."""

from pathlib import Path

import pytest

from efa_lod.editing.edits import Edit, NewThing, apply_edits
from efa_lod.editing.findings import EditChecker, check_edits
from efa_lod.editing.form_session import FormRequest, read_form
from efa_lod.editing.merge import MergeConflict, merged
from efa_lod.editing.provenance import Provenance
from efa_lod.editing.saving import write_edited
from efa_lod.errors import CannotWrite
from efa_lod.model.publication import Publication, read_publication
from support.publications import copied_publication

BY = Provenance("Digitalisierungsministerium Schleswig-Holstein", "2026-11-28")
CONTACT = "state/sh#contact-itvsh"


@pytest.mark.parametrize(
    ("base", "current", "wanted", "edits", "conflicts"),
    [
        ("a", "a", "a", [], []),
        ("a", "a", "b", [("a", "b")], []),
        ("a", "b", "a", [], []),
        ("a", "b", "b", [], []),
        ("a", "b", "c", [], [("a", "b", "c")]),
        (None, None, "b", [(None, "b")], []),
        ("a", "a", None, [("a", None)], []),
        ("a", None, None, [], []),
        ("a", None, "c", [], [("a", None, "c")]),
        ("a", "b", None, [], [("a", "b", None)]),
    ],
)
def test_values_are_merged_three_ways(
    base: str | None, current: str | None, wanted: str | None, edits: list[object], conflicts: list[object]
) -> None:
    """A value changed on one side is taken; changed on both sides to different ones, it is a conflict."""
    cells = [{(CONTACT, "email"): value} if value else {} for value in (base, current, wanted)]

    found = merged(*cells)

    assert [(one.before, one.after) for one in found.edits] == edits
    assert [(one.base, one.current, one.wanted) for one in found.conflicts] == conflicts


def test_a_conflict_names_all_three_values() -> None:
    """Whoever decides sees what it was, what it is and what is wanted, in both languages."""
    messages = MergeConflict(CONTACT, "email", "a@x.de", "b@x.de", None).messages

    assert all(word in messages["de"] for word in ("a@x.de", "b@x.de", "nichts"))
    assert all(word in messages["en"] for word in ("a@x.de", "b@x.de", "nothing"))


@pytest.mark.parametrize(
    ("thing", "key", "value"),
    [
        (CONTACT, "email", "info at itvsh"),
        (CONTACT, "name.de", None),
        (CONTACT, "contactKind", "office"),
        (CONTACT, "belongsTo", "organisation/nobody"),
        ("state/sh#provision-rollout", "certainty", "perhaps"),
        ("state/sh#provision-rollout", "summary.de", None),
        ("marketplace/ozg-shop-sh", "homepage", "shop.itvsh.de"),
        (CONTACT, "email", "anna.schmidt@itvsh.de"),
    ],
)
def test_findings_are_told_of_the_field(thing: str, key: str, value: str | None, publication: Publication) -> None:
    """What the shapes, claims and the care for persons find in edited records names the thing and the field."""
    texts = apply_edits(publication, "state/sh", [Edit(thing, key, "", value)], BY)

    assert (thing, key) in {(one.thing, one.key) for one in check_edits(publication, texts)}


def test_a_prepared_checker_reads_nothing_again(publication: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read once is known at each check, so that a finding comes while somebody types."""
    checker = EditChecker(publication)
    checker.prepare()
    texts = apply_edits(publication, "state/sh", [Edit(CONTACT, "email", "", "info at itvsh")], BY)
    monkeypatch.setattr("efa_lod.validation.shacl.parsed_triples", lambda *file: pytest.fail(f"{file} is read again"))

    assert [(CONTACT, "email")] == [(one.thing, one.key) for one in checker.check(texts)]


def test_findings_about_what_is_added_name_it_by_its_number(publication: Publication) -> None:
    """A thing that has no identifier yet is told by its place among those that are added, with the field."""
    form = read_form(publication, "state/sh", "de")
    good = {"contactKind": "organisation", "name.de": "IT-Stelle", "email": "ozg@itvsh.de"}
    added = [NewThing("reuse.contacts", good), NewThing("reuse.contacts", {**good, "email": "ozg at itvsh"})]

    found = form.outcome(FormRequest(form.values, form.values, added, BY)).findings

    assert [("+1", "email")] == [(one.thing, one.key) for one in found if one.result.severity == "violation"]


def test_who_stated_something_is_no_person(publication: Publication) -> None:
    """An office is named, and what looks like a person is told of the field that was stated."""
    said = Provenance("Anna Schmidt", "2026-11-28")

    texts = apply_edits(publication, "state/sh", [Edit(CONTACT, "email", "", "ozg@itvsh.de")], said)

    assert (CONTACT, "email", "personal-name") in {
        (one.thing, one.key, one.result.rule) for one in check_edits(publication, texts)
    }


def test_a_new_key_can_be_edited(tmp_path: Path) -> None:
    """A key that somebody adds to the context is edited as others are, before the shapes know additions of it."""
    folder = copied_publication(tmp_path)
    context = folder / "ontology/context.jsonld"
    old = '"email": "schema:email",'
    context.write_text(context.read_text("utf-8").replace(old, f'{old} "fax": "schema:faxNumber",'), "utf-8")

    texts = apply_edits(read_publication(folder), "state/sh", [Edit(CONTACT, "fax", None, "+49431988")], BY)

    assert '      fax: "+49431988"\n' in texts["data/states/sh.yaml"]
    assert "property: fax" not in texts["data/states/sh.yaml"]


def test_texts_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one file cannot be written, all are as they were; the same where somebody else changed one."""
    publication = read_publication(copied_publication(tmp_path))
    names = ["data/states/sh.yaml", "data/withdrawn.yaml"]
    before = {name: (tmp_path / name).read_text("utf-8") for name in names}
    fresh = {name: text + "# more\n" for name, text in before.items()}
    from efa_lod.editing import saving

    def failing(path: Path, content: bytes) -> None:
        if path.name == "withdrawn.yaml":
            raise OSError(28, "No space left on device")
        path.write_bytes(content)

    with monkeypatch.context() as patch:
        patch.setattr(saving, "write_whole", failing)
        with pytest.raises(CannotWrite):
            write_edited(publication, fresh, before)
    assert {name: (tmp_path / name).read_text("utf-8") for name in names} == before

    (tmp_path / names[1]).write_text("# other\n", "utf-8")
    with pytest.raises(CannotWrite):
        write_edited(publication, fresh, before)
    assert (tmp_path / names[0]).read_text("utf-8") == before[names[0]]
