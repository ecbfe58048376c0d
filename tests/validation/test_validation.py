"""Validation: real data conforms, and a wrong edit is named with file, line, key, value and remedy."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.build.check import check_files, check_publication
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.results import Result, Severity, conforms
from efa_lod.validation.reports import result_line

SH = "data/states/sh.yaml"


def edit(copy: Path, file: str, old: str, new: str) -> int:
    """Replace *old* by *new* in a *file* of the publication *copy*; return the line of the change."""
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def violations(results: Sequence[Result]) -> list[Result]:
    """Return the violations among *results*."""
    return [result for result in results if result.severity is Severity.VIOLATION]


def test_the_packaged_publication_conforms(publication: Publication) -> None:
    """No violation; the warnings are the two organisations of which no homepage is known."""
    results = check_publication(publication)

    assert conforms(results)
    assert {"organisation/landkreistag-bw", "organisation/staedtetag-bw"} == {
        result.focus.removeprefix(publication.base_iri) for result in results
    }


# file, text before, text after, key and value named, words of the message
EDITS: dict[str, tuple[str, str, str, str, str, str]] = {
    "mailto": (SH, "email: info@", "email: mailto:info@", "reuse.contacts[0].email", "mailto:info@itvsh.de", "without mailto:"),
    "telephone": (SH, '"+4943153055046"', '"0431 / 530"', "reuse.contacts[0].telephone", "0431 / 530", "+4943153055046"),
    "code": (SH, "contactKind: organisation", "contactKind: firm", "reuse.contacts[0].contactKind", "firm", "organisation, unit, mailbox or topic"),
    "key": (SH, "      email:", "      emial:", "reuse.contacts[0].emial", "emial", "perhaps email is meant"),
    "reference": (SH, "belongsTo: organisation/itvsh", "belongsTo: organisation/it", "reuse.contacts[0].belongsTo", "organisation/it", "organisations.yaml"),
    "date": (SH, "issued: 2026-11-23", "issued: 23.11.2026", "record.issued", "23.11.2026", "YYYY-MM-DD"),
    "deadline": ("data/states/ni.yaml", "until: 2023-12-31", "until: Ende 2023", "reuse.financing.provisions[0].until", "Ende 2023", "YYYY-MM-DD"),
    "language": (SH, "  de: Schleswig-Holstein\n", "  de: Schleswig-Holstein\n  fr: Slesvig\n", "name.fr", "Slesvig", "en"),
    "http": ("data/organisations.yaml", "homepage: https://itvsh", "homepage: http://itvsh", "homepage", "http://itvsh.de/", "https://"),
    "party": (SH, "paidBy: efa:Party-state", "paidBy: efa:Party-land", "reuse.financing.provisions[0].paidBy", "efa:Party-land", "efa:Party-state"),
    "extent": (SH, "extent: fully", "extent: full", "reuse.financing.provisions[2].extent", "full", "fully or largely"),
    "type": (SH, "type: ContactPoint", "type: Contact", "reuse.contacts[0].type", "Contact", "perhaps ContactPoint"),
    "space": (SH, "marketplace/ozg-shop-sh", "marketplace/ozg shop", "reuse.catalogues", "marketplace/ozg shop", "no spaces"),
    "second id": (SH, "#contact-itvsh", "#reuse", "reuse.contacts[0].id", "state/sh#reuse", "taken already"),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_a_wrong_edit_is_named_with_place_value_and_remedy(name: str, copy: Path) -> None:
    """One slip gives a violation at its line, with its key, what stands there, and what belongs there."""
    file, old, new, key, found, words = EDITS[name]
    line = edit(copy, file, old, new)
    results = violations(check_publication(read_publication(copy)))
    lines = {line, line + new.count("\n") - (1 if new.endswith("\n") else 0)}
    hits = [r for r in results if r.place.path == file and r.key == key and r.found == found and r.place.line in lines]

    assert hits, [result_line(result, "en") for result in results]
    assert any(words in hit.message("en") for hit in hits)
    assert all(hit.message("de") != hit.message("en") for hit in hits)


MISSING = {
    "link lost": ("data/states/bw.yaml", "      lost: unknownValue\n      origin: source/efa-nachnutzung#bw-contact\n", "      origin: source/efa-nachnutzung#bw-contact\n", "reuse.contacts[0]", "lost: linkTarget"),
    "origin": (SH, "      origin: source/efa-nachnutzung#sh-contact\n", "", "reuse.contacts[0].origin", "row of the page"),
    "state key": (SH, 'stateKey: "01"\n', "", "stateKey", "01"),
    "summary": (SH, "extent: fully\n        certainty: currently\n", "extent: fully\n", "certainty", "certainty"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_named_where_it_belongs(name: str, copy: Path) -> None:
    """A required key that is left out is reported at the thing that lacks it, with what to write."""
    file, old, new, key, words = MISSING[name]
    edit(copy, file, old, new)
    results = violations(check_publication(read_publication(copy)))

    assert [] != [r for r in results if r.place.path == file and key in r.key and words in r.message("en")]


def test_codes_of_a_state_agree(copy: Path) -> None:
    """The key of another state is refused, although it is a key."""
    edit(copy, SH, 'stateKey: "01"', 'stateKey: "02"')
    results = violations(check_publication(read_publication(copy)))

    assert any("DE-SH" in result.message("en") and result.found == "02" for result in results)


def test_a_missing_state_is_reported(copy: Path) -> None:
    """Without the file of a state the publication does not conform."""
    (copy / SH).unlink()
    results = violations(check_publication(read_publication(copy)))

    assert any("each of the 16 states" in result.message("en") for result in results)


def test_one_file_is_checked_as_if_it_stood_in_the_publication(copy: Path, publication: Publication) -> None:
    """References to shared things hold, and results of other files are not reported."""
    assert [] == check_files([str(copy / SH)], publication)
    edit(copy, SH, "belongsTo: organisation/itvsh", "belongsTo: organisation/none")
    results = check_files([str(copy / SH)], publication)

    assert {str(copy / SH)} == {result.place.path for result in results}
    assert ["reuse.contacts[0].belongsTo"] == [result.key for result in results]


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_a_dump_conforms(suffix: str, dist: Path, publication: Publication) -> None:
    """What a build wrote is valid in every syntax."""
    assert conforms(check_files([str(dist / f"efa-lod.{suffix}")], publication))


def test_a_damaged_rdf_file_is_reported_with_its_node(dist: Path, tmp_path: Path, publication: Publication) -> None:
    """Of RDF, results name file, node and property."""
    file = tmp_path / "x.ttl"
    file.write_text((dist / "efa-lod.ttl").read_text(encoding="utf-8").replace('"info@itvsh.de"', '"info at itvsh"'))
    [result] = violations(check_files([str(file)], publication))

    assert (str(file), "state/sh#contact-itvsh schema:email", "info at itvsh") == (
        result.place.path,
        result.key,
        result.found,
    )


def test_dates_that_cannot_be_compared_are_reported_not_raised(
    dist: Path, tmp_path: Path, publication: Publication
) -> None:
    """An ill-typed date stops no engine; it is a violation of its datatype."""
    file = tmp_path / "x.nt"
    text = (dist / "efa-lod.nt").read_text(encoding="utf-8").splitlines()
    i = next(i for i, line in enumerate(text) if "state/sh#record> <http://purl.org/dc/terms/issued>" in line)
    text[i] = text[i].replace("2026-11-23", "soon")
    file.write_text("\n".join(text) + "\n")
    results = violations(check_files([str(file)], publication))

    assert ["soon"] == [result.found for result in results]


def test_standard_input_is_checked(cli: Cli, publication: Publication) -> None:
    """``-`` reads records from standard input."""
    text = (publication.folder / SH).read_text(encoding="utf-8")
    good = cli("validate", "-", stdin=text)
    bad = cli("validate", "-", stdin=text.replace("info@itvsh.de", "info"))

    assert (0, 1) == (good.exit_code, bad.exit_code)
    assert "<stdin>:38: violation: reuse.contacts[0].email: found 'info' –" in bad.stdout


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("x.txt", "a", "expected a file that ends in one of .yaml"),
        ("x.ttl", "<a> <b> .", "x.ttl:1: not readable as Turtle"),
        ("x.yaml", "id: [", "x.yaml:1: not readable as YAML"),
        ("x.yaml", "id: state/sh\n", "expected a first line that names the context"),
        ("x.jsonl", "{", "x.jsonl:1: not readable as JSON"),
        ("x.nt", b"\xff\xfe", "x.nt"),
    ],
)
def test_unreadable_input_is_one_line_and_exit_2(
    name: str, content: str | bytes, message: str, cli: Cli, tmp_path: Path
) -> None:
    """What cannot be read is one line on stderr, without a traceback."""
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = cli("validate", file)

    assert (2, "", 1) == (found.exit_code, found.stdout, found.stderr.count("\n"))
    assert message in found.stderr


def test_a_missing_file_is_one_line_and_exit_2(cli: Cli) -> None:
    """So is a file that is not there."""
    found = cli("validate", "none.yaml")

    assert (2, "efa-lod: none.yaml: cannot be read: No such file or directory\n") == (found.exit_code, found.stderr)
