"""The settings of a publication: read from one file, changed in one place."""

from pathlib import Path

import pytest

from efa_lod.errors import BadSetting, BrokenInput
from efa_lod.model.publication import WRITTEN_BASE, read_publication


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
    files = [*other.glob("ontology/*"), *other.glob("shapes/*"), *other.glob("data/queries/*")]

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
