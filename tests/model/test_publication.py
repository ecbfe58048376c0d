"""The settings of a publication: read from one file, changed in one place."""

from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.errors import BadSetting, BrokenInput
from efa_lod.model.publication import WRITTEN_BASE, read_publication
from efa_lod.model.settings_check import check_catalogue_settings


def setting(copy: Path, old: str, new: str) -> None:
    """Replace *old* by *new* in the settings of the publication *copy*."""
    file = copy / "data/publication.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


BAD = {
    "no slash": ("baseIri: https://w3id.org/efa-lod/", "baseIri: https://w3id.org/efa-lod", "baseIri: expected an address"),
    "not http": ("baseIri: https://w3id.org/", "baseIri: javascript:alert(1)/", "baseIri: expected an address"),
    "quote": ("baseIri: https://w3id.org/efa-lod/", "baseIri: https://w3id.org/efa\"-lod/", "baseIri: expected an address"),
    "no version": ('version: "1.0.0"', "edition: first", "version: expected a version in quotes"),
    "no English title": ("  en: Reuse of EfA", "  fr: Reuse of EfA", "title: expected a text under 'en'"),
}  # fmt: skip


@pytest.mark.parametrize("old, new, message", BAD.values(), ids=BAD)
def test_a_bad_setting_is_named_with_its_line(old: str, new: str, message: str, copy: Path) -> None:
    """A setting that no command can work with is named with file, line and what is expected."""
    setting(copy, old, new)
    with pytest.raises(BadSetting, match=rf"^data/publication\.yaml:\d+: {message}"):
        read_publication(copy)


def test_a_base_iri_can_be_given_for_one_run() -> None:
    """``--base-iri`` takes the place of the setting and is held to the same form."""
    assert "https://example.org/" == read_publication(base_iri="https://example.org/").base_iri
    with pytest.raises(BadSetting, match="baseIri"):
        read_publication(base_iri="example.org")


def test_the_written_base_is_replaced_in_every_file(copy: Path) -> None:
    """A file of the publication is read with the publication's own base, wherever the written one stands."""
    other = read_publication(copy, "https://example.org/x/")
    files = [*other.glob("ontology/*"), *other.glob("shapes/**/*.ttl"), *other.glob("data/queries/*")]

    assert [] == [file for file in files if WRITTEN_BASE in other.read(file)]


def test_a_folder_that_is_no_publication_is_named(tmp_path: Path) -> None:
    """What is missing is listed."""
    (tmp_path / "data").mkdir()
    with pytest.raises(BadSetting, match="missing: ontology, shapes"):
        read_publication(tmp_path)


def test_a_missing_file_of_the_publication_is_named(copy: Path) -> None:
    """A publication without its shapes file cannot be used, and says which file is missing."""
    (copy / "shapes/record.ttl").unlink()
    with pytest.raises(BrokenInput, match=r"^shapes/record\.ttl: cannot be read: No such file"):
        read_publication(copy).read("shapes/record.ttl")


def test_the_packaged_publication_is_a_sample(copy: Path) -> None:
    """The settings that come with the package are marked as a sample until somebody makes them official."""
    assert read_publication(copy).is_sample
    setting(copy, "status: sample", "status: official")
    assert not read_publication(copy).is_sample


LEFTOVERS = ["sh (Kopie).yaml", "~$sh.yaml", "SH.YAML", ".#sh.yaml", ".DS_Store", "._sh.yaml", "sh.yaml~", "sh.yaml.bak", "Kopie von sh.yaml", ".sh.yaml.swp", "desktop.ini"]  # fmt: skip


@pytest.mark.parametrize("name", LEFTOVERS)
def test_what_is_no_record_by_its_name_is_not_read_and_said(name: str, copy: Path, cli: Cli) -> None:
    """Copies, and what editors and file managers leave behind, are named on stderr and change nothing."""
    before = read_publication(copy).state_files
    (copy / "data/states" / name).write_bytes(b"\0not: a: record\n")

    assert before == read_publication(copy).state_files
    done = cli("find", "SH", "--publication", copy, "--lang", "de")
    assert (0, True) == (
        done.exit_code,
        f"Nicht gelesen, da kein Name eines Datensatzes: data/states/{name} " in done.stderr,
    )


def test_a_copy_of_a_record_is_told_in_one_sentence(copy: Path, cli: Cli) -> None:
    """A second file about a state is one finding that names the first file and what to do."""
    (copy / "data/states/sh-2.yaml").write_bytes((copy / "data/states/sh.yaml").read_bytes())
    done = cli("validate", "--publication", copy, "--lang", "de")

    assert 1 == done.exit_code
    assert ["data/states/sh.yaml:4: Verstoß: id: gefunden 'state/sh' – Dazu gibt es schon einen Datensatz, an"] == [
        line.partition(" data/")[0] for line in done.stdout.splitlines() if "Verstoß:" in line
    ]


WRONG_SETTINGS = {
    "contact": ("  email: efa-lod@example.org", "  email: efa-lod", "contact.email: erwartet wird eine E-Mail-Adresse, gefunden wurde „efa-lod“"),
    "day": ("issued: 2026-11-23", "issued: 23.11.2026", "issued: erwartet wird ein Tag wie 2026-11-23, gefunden wurde „23.11.2026“"),
    "base": ("baseIri: https://w3id.org/efa-lod/", "baseIri: w3id.org", "baseIri: erwartet wird eine Adresse, die mit https:// beginnt und mit einem Schrägstrich endet"),
    "list": ("frequency: ANNUAL", "frequency: ANUAL", "gemeint ist wohl ANNUAL"),
    "missing": ("attribution: ", "# attribution: ", "attribution: erwartet wird der Text, den Nutzer nennen müssen"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_SETTINGS)
def test_wrong_settings_are_told_in_german_too(name: str, copy: Path) -> None:
    """Each message about the settings has file, line, key and what is expected in German as in English."""
    old, new, message = WRONG_SETTINGS[name]
    file = copy / "data/publication.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadSetting) as refused:
        check_catalogue_settings(read_publication(copy).settings)

    assert refused.value.in_language("de").startswith("data/publication.yaml:")
    assert message in refused.value.in_language("de")
