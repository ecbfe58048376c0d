"""A changed publication becomes a release: compared, numbered by rule, and written down whole or not at all."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from rdflib import DCTERMS, OWL, RDF, Graph, URIRef

from efa_lod.io import files
from efa_lod.model.publication import Publication
from efa_lod.releases.settings_edit import edited_settings
from efa_lod.releases.versions import Level, Version
from support.loopback import answers, serving

Cli = Callable[..., Result]
SH, ORGANISATIONS = "data/states/sh.yaml", "data/organisations.yaml"


def edit(copy: Path, path: str, old: str, new: str) -> None:
    """Replace *old* by *new* in a file of the publication *copy*."""
    text = (copy / path).read_text("utf-8")
    assert old in text
    (copy / path).write_text(text.replace(old, new), "utf-8")


def change_a_fact(copy: Path) -> None:
    """Change the day of the last comparison of one record."""
    edit(copy, SH, "lastConfirmed: 2026-11-23", "lastConfirmed: 2026-11-24")


ADDED = """email: neu@itvsh.example
      additions:
        - id: state/sh#contact-itvsh-email
          type: Addition
          property: email
          value: neu@itvsh.example
          foundAt: https://itvsh.de/kontakt
          foundOn: 2026-11-23
          confidence: high
          finding: {de: Auf der Kontaktseite genannt., en: Given on the contact page.}"""


def release(cli: Cli, copy: Path, *arguments: object) -> Result:
    """Run the command for the publication *copy*, on a day of its own."""
    return cli("release", *arguments, "--publication", copy, "--date", "2026-12-01", "--lang", "en")


@pytest.fixture
def first(cli: Cli, copy: Path) -> Path:
    """Return a publication whose first release is written down."""
    assert 0 == release(cli, copy, "--write").exit_code
    return copy


def test_a_build_before_the_first_release_is_no_obstacle(cli: Cli, copy: Path, tmp_path: Path) -> None:
    """Where a publication was built and has no release yet, the first one is made of what was built."""
    assert 0 == cli("build", "-o", tmp_path / "dist", "--publication", copy, "--no-site").exit_code
    made = release(cli, copy, "--write", "--previous", tmp_path / "dist")
    again = release(cli, copy, "--write")

    assert 0 == made.exit_code, made.stderr
    assert "First release: 1.0.0 of 2026-12-01" in made.stdout
    assert "nothing has changed since 1.0.0" in again.stderr


def state(copy: Path) -> dict[str, bytes]:
    """Return all files of the data of *copy*."""
    return {str(path): path.read_bytes() for path in sorted((copy / "data").rglob("*")) if path.is_file()}


def test_an_address_changes_with_one_command(cli: Cli, first: Path) -> None:
    """One changed e-mail address is a minor release with a sentence in both languages, without the address."""
    edit(first, SH, "email: info@itvsh.de", ADDED)
    found = release(cli, first, "--write")
    settings = yaml.safe_load((first / "data/publication.yaml").read_text("utf-8"))

    assert 0 == found.exit_code, found.stderr
    assert "Release 1.1.0 of 2026-12-01, after 1.0.0 (minor" in found.stdout
    assert ("1.1.0", "2026-12-01") == (settings["version"], str(settings["modified"]))
    assert "Ansprechstelle IT-Verbund SH: Die E-Mail-Adresse ist geändert." in settings["versionNotes"]["de"]
    assert "the e-mail address of the contact IT-Verbund SH has changed." in settings["versionNotes"]["en"]
    assert "itvsh.example" not in json.dumps(settings["versionNotes"])
    assert "Neu ist eine Ergänzung „E-Mail-Adresse“." in settings["versionNotes"]["de"]
    assert "an addition “e-mail address” is new." in settings["versionNotes"]["en"]


def test_the_citation_follows(cli: Cli, first: Path) -> None:
    """A generated CITATION.cff beside the data has the version and day of the release; one of somebody's own stays."""
    from efa_lod.model.publication import read_publication
    from efa_lod.releases.citation import citation_cff

    (first / "CITATION.cff").write_bytes(citation_cff(read_publication(first)))
    change_a_fact(first)
    assert 0 == release(cli, first, "--write").exit_code
    made = yaml.safe_load((first / "CITATION.cff").read_text("utf-8"))

    assert ("1.1.0", "2026-12-01") == (made["version"], made["date-released"])


def editions(folder: Path) -> set[tuple[str, str, str]]:
    """Return version, day of change and prior version that the vocabularies and shapes in *folder* have."""
    found = set()
    for path in [*folder.glob("ontology/*.ttl"), *folder.glob("shapes/*.ttl")]:
        graph = Graph().parse(path)
        (header,) = graph.subjects(RDF.type, OWL.Ontology)
        version = graph.value(header, OWL.versionInfo)
        prior = "".join(map(str, graph.objects(header, OWL.priorVersion)))
        assert URIRef(f"{header}/{version}") == graph.value(header, OWL.versionIRI), path
        found.add((str(version), str(graph.value(header, DCTERMS.modified)), prior.removeprefix(f"{header}/")))
    return found


def test_vocabularies_and_shapes_have_the_edition_of_the_publication(publication: Publication) -> None:
    """No vocabulary has a version or day of its own."""
    settings = publication.settings.value

    assert {(settings["version"], str(settings["modified"]))} == {found[:2] for found in editions(publication.folder)}


def test_vocabularies_and_shapes_follow_a_release(cli: Cli, first: Path) -> None:
    """Ontology, alignments and shapes get version and day of a release, name the one before, and are issued once."""
    assert {("1.0.0", "2026-12-01", "")} == editions(first)
    change_a_fact(first)
    assert 0 == release(cli, first, "--write").exit_code

    assert {("1.1.0", "2026-12-01", "1.0.0")} == editions(first)
    assert 'dct:issued "2026-12-01"' in (first / "ontology/alignments.ttl").read_text("utf-8")
    assert 'dct:issued "2026-11-23"' in (first / "ontology/efa.ttl").read_text("utf-8")


def test_nothing_is_written_without_being_asked(cli: Cli, first: Path) -> None:
    """Without --write the command says what it would do, and every file is as before."""
    change_a_fact(first)
    before = state(first)
    found = release(cli, first)

    assert 0 == found.exit_code
    assert "Would be written (with --write): data/releases/1.1.0.json, data/publication.yaml" in found.stdout
    assert before == state(first)


def test_comments_and_order_of_the_settings_stay(cli: Cli, first: Path) -> None:
    """Only the lines of version, day and notes differ."""
    before = (first / "data/publication.yaml").read_text("utf-8").splitlines()
    change_a_fact(first)
    assert 0 == release(cli, first, "--write", "--note-de", "Neu: „x“ #1", "--note-en", 'New: "x"').exit_code
    after = (first / "data/publication.yaml").read_text("utf-8").splitlines()

    assert len(before) == len(after)
    assert {"version", "modified", "  de", "  en"} >= {
        new.partition(":")[0] for old, new in zip(before, after, strict=True) if old != new
    }


def test_the_ledger_has_what_went_and_came(cli: Cli, first: Path) -> None:
    """The files of the ledger hold the first release as a whole, and of each further one its changes."""
    change_a_fact(first)
    release(cli, first, "--write")
    found = json.loads((first / "data/releases/1.1.0.json").read_text("utf-8"))
    lines = gzip.decompress((first / "data/releases/1.0.0.nt.gz").read_bytes()).splitlines()

    assert (1, 1) == (len(found["removed"]), len(found["added"]))
    assert found["removed"][0].encode() in lines
    assert found["triples"] == len(lines)


def test_wording_alone_is_a_patch(cli: Cli, first: Path) -> None:
    """Texts in other words are no new fact."""
    edit(first, ORGANISATIONS, "en: Own page; founded in 2019", "en: Own page, founded in 2019")

    assert "Release 1.0.1 " in release(cli, first).stdout


@pytest.mark.parametrize(
    ("level", "expected"), [(Level.PATCH, "1.2.4"), (Level.MINOR, "1.3.0"), (Level.MAJOR, "2.0.0")]
)
def test_a_level_sets_what_follows_to_zero(level: Level, expected: str) -> None:
    """Versions follow each other as in semantic versioning."""
    assert expected == str(Version(1, 2, 3).next(level))


def vanish(copy: Path) -> None:
    """Take the organisation that nobody else refers to out of the publication, and put another in its place."""
    edit(copy, ORGANISATIONS, "organisation/itvsh", "organisation/it-verbund")
    edit(copy, SH, "organisation/itvsh", "organisation/it-verbund")


def test_an_iri_does_not_vanish_without_a_word(cli: Cli, first: Path) -> None:
    """What goes needs a successor, or a reason in both languages; the release is a major one."""
    vanish(first)
    mute = release(cli, first, "--write")
    half = release(cli, first, "--reason", "organisation/itvsh=weg@de")
    whole = release(cli, first, "--reason", "organisation/itvsh=weg@de", "--reason", "organisation/itvsh=gone@en")
    replaced = release(cli, first, "--write", "--replaced", "organisation/itvsh=organisation/it-verbund")
    settings = yaml.safe_load((first / "data/publication.yaml").read_text("utf-8"))

    assert [2, 2, 0, 0] == [one.exit_code for one in (mute, half, whole, replaced)], whole.stderr
    assert "organisation/itvsh: would vanish without a word" in mute.stderr
    assert "--replaced organisation/itvsh=IRI" in mute.stderr
    assert "Release 2.0.0 " in whole.stdout
    (withdrawn,) = settings["withdrawn"]
    assert ("organisation/itvsh", "organisation/it-verbund", "2.0.0") == (
        withdrawn["id"],
        withdrawn["replacedBy"],
        withdrawn["release"],
    )


def test_what_returns_is_no_longer_withdrawn(cli: Cli, first: Path) -> None:
    """An IRI that comes back is taken from the list of withdrawn ones, or it would answer 410."""
    kept = {path: (first / path).read_text("utf-8") for path in (ORGANISATIONS, SH)}
    vanish(first)
    release(cli, first, "--write", "--replaced", "organisation/itvsh=organisation/it-verbund")
    for path, text in kept.items():
        (first / path).write_text(text, "utf-8")
    found = release(cli, first, "--write", "--replaced", "organisation/it-verbund=organisation/itvsh")
    settings = yaml.safe_load((first / "data/publication.yaml").read_text("utf-8"))

    assert 0 == found.exit_code, found.stderr
    assert ["organisation/it-verbund"] == [one["id"] for one in settings["withdrawn"]]


REFUSED = {
    "no change": ((), "nothing has changed since 1.0.0"),
    "the same version": (("1.0.0", "edit"), "1.0.0: expected a version after 1.0.0, which is released already"),
    "an older version": (("0.9.0", "edit"), "0.9.0: expected a version after 1.0.0"),
    "no version": (("next", "edit"), "VERSION: expected a version of three numbers"),
    "an early day": (("--date", "2020-01-01", "edit"), "expected a day not before 2026-12-01"),
    "no day": (("--date", "tomorrow", "edit"), "--date: expected a day"),
    "a reason for what stays": (("--reason", "state/sh=x@de", "edit"), "state/sh: expected an IRI that vanishes"),
    "a reason in no language": (
        ("--reason", "state/sh=x", "edit"),
        "--reason: expected a text that ends in @de or @en",
    ),
    "no pair": (("--replaced", "state/sh", "edit"), "--replaced: expected IRI=VALUE"),
    "one note": (("--note-de", "x", "edit"), "Give notes in both languages"),
    "no folder": (("--previous", "nowhere", "edit"), "nowhere"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_release_is_one_line(cli: Cli, first: Path, name: str) -> None:
    """A release that contradicts the last one is refused with exit code 2, and nothing is written."""
    arguments, message = REFUSED[name]
    if "edit" in arguments:
        change_a_fact(first)
    before = state(first)
    given = [argument for argument in arguments if argument != "edit"]
    day = () if "--date" in given else ("--date", "2026-12-02")
    found = cli("release", *given, *day, "--write", "--publication", first)

    assert 2 == found.exit_code
    assert message in found.stderr
    assert before == state(first)


DAMAGES: dict[str, tuple[str, str | None, str]] = {
    "a gap": ("1.0.0.json", None, "1.1.0.json: follows 1.0.0, which data/releases does not have"),
    "a gap at the end": (
        "1.1.0.json",
        None,
        "data/publication.yaml: expected version 1.0.0, the last one in data/releases",
    ),
    "no JSON": ("1.1.0.json", "{", "1.1.0.json: expected a release as efa-lod release writes it"),
    "another name": ("1.2.0.json", '{"version": "1.1.0"}', "1.2.0.json: expected a release"),
    "no baseline": ("1.0.0.nt.gz", None, "1.0.0.nt.gz"),
    "a cut baseline": ("1.0.0.nt.gz", "x", "1.0.0.nt.gz: expected a release"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_history_is_one_line(cli: Cli, first: Path, name: str) -> None:
    """A ledger that lacks a release or holds another than was written is told with the file."""
    change_a_fact(first)
    assert 0 == release(cli, first, "--write").exit_code
    path, text, message = DAMAGES[name]
    if text is None:
        (first / "data/releases" / path).unlink()
    else:
        (first / "data/releases" / path).write_text(text)
    found = release(cli, first)

    assert 2 == found.exit_code
    assert message in found.stderr.replace(f"{first}/", "")


def test_changed_statements_are_found(cli: Cli, first: Path) -> None:
    """A ledger whose statements are not those of its digest is refused."""
    change_a_fact(first)
    release(cli, first, "--write")
    edit(first, "data/releases/1.1.0.json", "2026-11-24", "2026-11-25")

    assert "do not have the digest" in release(cli, first).stderr


def test_an_interrupted_release_leaves_nothing_behind(cli: Cli, first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full before the settings are written leaves the publication as it was."""
    change_a_fact(first)
    before = state(first)
    write = files.write_whole

    def full(path: Path, content: bytes) -> None:
        if path.name == "publication.yaml":
            raise OSError(28, "No space left on device", str(path))
        write(path, content)

    monkeypatch.setattr("efa_lod.releases.proposal.write_whole", full)
    found = release(cli, first, "--write")

    assert 2 == found.exit_code
    assert "publication.yaml: cannot be written: No space left on device" in found.stderr
    assert before == state(first)


def test_a_release_that_was_not_finished_is_made_anew(cli: Cli, first: Path) -> None:
    """Where the ledger has a release that the settings do not know of, the next run writes it again."""
    settings = (first / "data/publication.yaml").read_bytes()
    change_a_fact(first)
    release(cli, first, "--write")
    (first / "data/publication.yaml").write_bytes(settings)
    again = release(cli, first, "--write")

    assert 0 == again.exit_code, again.stderr
    assert "Release 1.1.0 " in again.stdout


def test_a_build_is_held_against_its_digests(cli: Cli, copy: Path, tmp_path: Path) -> None:
    """The last release on a site counts only if its files are those of its list of digests, under the same base."""
    cli("build", "-o", tmp_path / "site", "--publication", copy, "--no-site")
    cli("build", "-o", tmp_path / "other", "--publication", copy, "--no-site", "--base-iri", "https://example.org/")
    change_a_fact(copy)
    good = release(cli, copy, "--previous", tmp_path / "site")
    other = release(cli, copy, "--previous", tmp_path / "other")
    (tmp_path / "site/efa-lod.nt").write_bytes(b"")
    damaged = release(cli, copy, "--previous", tmp_path / "site")

    assert [0, 2, 2] == [one.exit_code for one in (good, other, damaged)], good.stderr
    assert "Release 1.1.0 " in good.stdout
    assert "expected the base IRI https://w3id.org/efa-lod/" in other.stderr
    assert "expected the SHA-256" in damaged.stderr


def test_records_that_do_not_conform_are_no_release(cli: Cli, first: Path) -> None:
    """What a build would refuse is not released: exit code 1, with the finding."""
    edit(first, SH, "email: info@itvsh.de", "emial: info@itvsh.de")

    assert 1 == release(cli, first, "--write").exit_code


SETTINGS = "# head\nversion: '1' # why\nlist:\n- a\n- b\n\n# foot\nmap: {x: y}\n"


def test_settings_are_edited_line_by_line() -> None:
    """An entry is replaced whole, a new one is added at the end, and comments between entries stay."""
    found = edited_settings(SETTINGS, {"list": [{"id": "ü", "reason": {"de": "a: b"}}], "new": "2026-01-01"}, "x.yaml")

    assert 'list:\n  - id: ü\n    reason:\n      de: "a: b"\n\n# foot\nmap: {x: y}\n' in found
    assert found.endswith("new: 2026-01-01\n")
    assert found.startswith("# head\nversion: '1' # why\n")


def test_line_ends_stay() -> None:
    """A file with the line ends of Windows keeps them."""
    found = edited_settings(SETTINGS.replace("\n", "\r\n"), {"version": "2"}, "x.yaml")

    assert found.count("\r\n") == found.count("\n") == SETTINGS.count("\n")


@pytest.mark.parametrize("kind", ["missing", "a file", "another folder", "another base", "a page", "a sick server"])
def test_a_build_needs_the_site_that_is_named(cli: Cli, first: Path, tmp_path: Path, kind: str) -> None:
    """Where --previous is no site of this publication, a build ends in one line and writes nothing."""
    where, base = tmp_path / "site", "https://w3id.org/efa-lod/"
    other = json.dumps({"baseIri": "https://other.example/" if kind == "another base" else base})
    with serving() as server:
        server.routes["/page.html"] = answers(200, b"x", Content_Type="text/html")
        server.routes |= {f"/sick/{name}": answers(500) for name in ("build.json", "SHA256SUMS")}
        if kind == "a file":
            where.write_text(other)
        elif kind != "missing":
            where.mkdir()
            if kind == "another base":
                (where / "build.json").write_text(other)
        named = {"a page": f"{server.url}/page.html", "a sick server": f"{server.url}/sick/"}.get(kind, str(where))
        found = cli("build", "-o", tmp_path / "out", "--previous", named, "--publication", first, "--lang", "de")

    assert 2 == found.exit_code, found.output
    assert not (tmp_path / "out").exists()
    (line,) = [line for line in found.stderr.splitlines() if line.startswith("efa-lod: ")]
    assert named in line
    assert "erwartet wird" in line
