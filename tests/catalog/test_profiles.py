"""Official shapes: read from a folder or an address, kept for later, and applied as the portals apply them."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from catalogs.servers import Answer, serving, silent
from conftest import Cli
from efa_lod.catalog.harvest import read_catalogue
from efa_lod.catalog.profile_check import check_profile
from efa_lod.catalog.profiles import OWN, PROFILES, Profile
from efa_lod.catalog.retrieval import MAX_HARVESTED_BYTES, fetch
from efa_lod.catalog.shapes_source import cache_folder
from efa_lod.cli.commands import BUILT_CATALOGUE
from efa_lod.cli.commands import PROFILE_NAMES as OFFERED
from efa_lod.errors import BrokenInput
from efa_lod.model.publication import Publication
from efa_lod.model.results import Severity
from support.patience import PATIENCE_S

TURTLE = "text/turtle"

SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://portal.example/#theme> a sh:NodeShape ;
    sh:targetClass dcat:Dataset ;
    sh:property <http://portal.example/#not-defined-anywhere> ;
    sh:property [
        sh:path dcat:theme ;
        sh:property [ sh:path skos:inScheme ; sh:hasValue <http://portal.example/themes> ; sh:message "list" ] ;
    ] .
"""
THEMES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://publications.europa.eu/resource/authority/data-theme/GOVE> skos:inScheme <http://portal.example/themes> .
"""
DASHBOARD = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix mqa: <http://govdata.de/mqa/#> .
<http://portal.example/#count> a sh:NodeShape ; sh:targetClass dcat:Distribution ;
    sh:property [ sh:severity mqa:count_Distributions ; sh:path mqa:failnow ; sh:minCount 1 ] .
<http://portal.example/#title> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
    sh:property [ sh:severity mqa:no_title ; sh:path mqa:title ; sh:minCount 1 ; sh:message "titel"@de ] .
"""


@pytest.fixture
def catalogue(dist: Path) -> list[ox.Triple]:
    """Return the catalogue of the packaged publication."""
    return list(read_catalogue(str(dist / "catalog.ttl")))


@pytest.fixture
def profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let there be a profile of one small file, and a cache of its own."""
    monkeypatch.setitem(PROFILES, "small", Profile(("theme.ttl",), ("imports.ttl",), "https://portal.example/"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def portal(profile: None) -> Iterator[tuple[str, list[str]]]:
    """Serve the small profile; one of its two vocabularies is not to be had."""
    answers: dict[str, Answer] = {"/theme.ttl": Answer(SHAPE.encode()), "/themes": Answer(THEMES.encode())}
    with serving(answers) as (address, asked):
        imports = f"<#i> <http://www.w3.org/2002/07/owl#imports> <{address}/themes>, <{address}/lost> ."
        answers["/imports.ttl"] = Answer(imports.encode())
        yield address, asked


def test_profiles_on_offer_are_those_of_the_table() -> None:
    """The command line names profiles without importing them; here they are held against the table."""
    assert set(OFFERED) == {OWN, *PROFILES}


def test_shapes_come_from_a_folder(
    catalogue: list[ox.Triple], publication: Publication, profile: None, tmp_path: Path
) -> None:
    """Shapes are found by name anywhere below a folder; what is there beside shapes are the vocabularies."""
    (tmp_path / "deep" / "down").mkdir(parents=True)
    (tmp_path / "deep" / "theme.ttl").write_text(SHAPE)

    without = check_profile(catalogue, "c.ttl", "small", str(tmp_path), publication)
    (tmp_path / "deep" / "down" / "themes.ttl").write_text(THEMES)
    with_themes = check_profile(catalogue, "c.ttl", "small", str(tmp_path), publication)

    assert [Severity.VIOLATION] == [result.severity for result in without]
    assert [] == with_themes


def test_what_the_shapes_find_in_a_vocabulary_is_left_out(
    catalogue: list[ox.Triple], publication: Publication, profile: None, tmp_path: Path
) -> None:
    """A dataset that only a vocabulary speaks of is not the publisher's, so nothing is reported of it."""
    (tmp_path / "theme.ttl").write_text(SHAPE)
    other = "<http://portal.example/themes> a <http://www.w3.org/ns/dcat#Dataset> ; <http://www.w3.org/ns/dcat#theme> <#x> ."
    (tmp_path / "themes.ttl").write_text(THEMES + other)

    assert [] == check_profile(catalogue, "c.ttl", "small", str(tmp_path), publication)


def test_shapes_are_fetched_once_and_then_kept(
    catalogue: list[ox.Triple], publication: Publication, portal: tuple[str, list[str]]
) -> None:
    """The second check asks the server for nothing, so it works offline; a vocabulary that is lost is done without."""
    address, asked = portal

    assert [] == check_profile(catalogue, "c.ttl", "small", address, publication)
    first = [line for line in asked if line != "GET /lost"]
    asked.clear()
    assert [] == check_profile(catalogue, "c.ttl", "small", address, publication)

    assert ["GET /theme.ttl", "GET /imports.ttl", "GET /themes"] == first
    assert ["GET /lost"] == asked
    assert 3 == len(list(cache_folder().iterdir()))


def test_what_a_named_address_refers_to_elsewhere_in_the_network_is_not_asked(profile: None) -> None:
    """A host that the user has named may be private; a redirect from there to another private host is not followed."""
    with serving({"/secret.ttl": Answer(SHAPE.encode())}) as (inside, asked):
        elsewhere = inside.replace("127.0.0.1", "127.0.0.2")
        answers = {"/theme.ttl": Answer(status=302, headers={"Location": f"{elsewhere}/secret.ttl"})}
        with serving(answers) as (address, _), pytest.raises(BrokenInput) as caught:
            fetch(f"{address}/theme.ttl", 5, accept="*/*")

    assert f"{elsewhere}/secret.ttl: leads to a private address, which you have not named yourself" == str(caught.value)
    assert [] == asked


def test_own_severities_are_understood(catalogue: list[ox.Triple], publication: Publication, tmp_path: Path) -> None:
    """GovData's dashboard has severities of its own: they are violations, but for the rules that only count."""
    (tmp_path / "db-shapes.ttl").write_text(DASHBOARD)

    results = check_profile(catalogue, "c.ttl", "govdata", str(tmp_path), publication)

    assert [(Severity.VIOLATION, "titel")] == [(result.severity, result.message("de")) for result in results]


def test_a_missing_official_file_is_named(catalogue: list[ox.Triple], publication: Publication, tmp_path: Path) -> None:
    """A folder without the file says which one is expected, and an address that lacks it what it answered."""
    with pytest.raises(BrokenInput, match=r"expected the official file shapes\.ttl in this folder or below"):
        check_profile(catalogue, "c.ttl", "dcat-ap", str(tmp_path), publication)
    with pytest.raises(BrokenInput, match="expected a folder or an address with official shapes, found none"):
        check_profile(catalogue, "c.ttl", "dcat-ap", str(tmp_path / "none"), publication)
    with serving({}) as (address, _), pytest.raises(BrokenInput, match=r"/shapes\.ttl: answered with 404"):
        check_profile(catalogue, "c.ttl", "dcat-ap", address, publication)


def test_validate_takes_profiles(dist: Path, cli: Cli, reference: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``validate --profile`` checks a catalogue, by default the one that was built; official shapes must be named."""
    monkeypatch.chdir(dist.parent)
    own = cli("validate", "--profile", "catalog")
    official = cli("validate", "--profile", "dcat-ap-de", "--shapes", reference, dist / "catalog.rdf")
    without = cli("validate", "--profile", "dcat-ap", dist / "catalog.ttl")

    assert "dist/catalog.ttl" == BUILT_CATALOGUE
    assert [(0, "The data conforms.\n")] * 2 == [(found.exit_code, found.stdout) for found in (own, official)]
    assert 2 == without.exit_code
    assert "name the official shapes with --shapes, a folder or https://semiceu.github.io/" in without.stderr


def test_validate_says_what_a_catalogue_breaks(dist: Path, cli: Cli, tmp_path: Path) -> None:
    """Results name the thing and the property, and end with exit code 1."""
    broken = tmp_path / "catalog.ttl"
    broken.write_text((dist / "catalog.ttl").read_text().replace("dcat:version", "dcat:hasVersion"))

    found = cli("validate", "--profile", "catalog", broken)

    assert 1 == found.exit_code
    assert f"{broken}: violation: dataset dcat:version: Exactly one version." in found.stdout


@pytest.fixture
def web(dist: Path) -> Iterator[str]:
    """Serve catalogues in every way that goes wrong, and three that go well."""
    turtle = (dist / "catalog.ttl").read_bytes()
    answers = {
        "/good.ttl": Answer(turtle, {"Content-Type": "text/turtle; charset=utf-8"}),
        "/good": Answer((dist / "catalog.jsonld").read_bytes(), {"Content-Type": "application/ld+json"}),
        "/good.rdf": Answer((dist / "catalog.rdf").read_bytes(), {"Content-Type": "application/rdf+xml"}),
        "/no-head": Answer(turtle, {"Content-Type": TURTLE}, head_status=501),
        "/moved": Answer(status=302, headers={"Location": "/good.ttl"}),
        "/plain": Answer(turtle, {"Content-Type": "text/plain"}),
        "/untyped": Answer(turtle),
        "/page": Answer(b"<!doctype html><title>Anmelden</title>", {"Content-Type": TURTLE}),
        "/circle": Answer(status=302, headers={"Location": "/circle"}),
        "/large": Answer(b"", {"Content-Type": TURTLE, "Content-Length": "62914560"}),
        "/larger": Answer(b"#" * (MAX_HARVESTED_BYTES + 1), {"Content-Type": TURTLE}, head_status=501),
        "/drip": Answer(turtle, {"Content-Type": TURTLE}, drip=0.05),
        "/error": Answer(b"", status=503),
    }
    with serving(answers) as (address, _):
        yield address


@pytest.mark.parametrize("path", ["good.ttl", "good", "good.rdf", "no-head", "moved"])
def test_a_catalogue_is_read_from_an_address(path: str, web: str, catalogue: list[ox.Triple]) -> None:
    """The three media types are read, with parameters, after a redirect, and where HEAD is not answered."""
    assert set(catalogue) == set(read_catalogue(f"{web}/{path}", 10))


BAD_ANSWERS: Mapping[str, str] = {
    "plain": "expected the media type text/turtle, application/ld+json or application/rdf+xml, found 'text/plain'",
    "untyped": "expected the media type text/turtle, application/ld+json or application/rdf+xml, found ''",
    "page": ":1: not readable as Turtle",
    "circle": "redirects more than 5 times – does it redirect to itself?",
    "large": "has 62,914,560 bytes, and harvesters read at most 52,428,800 – split the catalogue",
    "larger": "and harvesters read at most 52,428,800 – split the catalogue",
    "drip": "no complete answer within 1 seconds",
    "error": "answered with 503 Service Unavailable",
    "none": "answered with 404 Not Found",
}


@pytest.mark.parametrize("path, message", BAD_ANSWERS.items(), ids=BAD_ANSWERS)
def test_a_bad_answer_is_told_in_one_line(path: str, message: str, web: str, cli: Cli) -> None:
    """The command ends with exit code 2 within the time limit and says what is wrong with the address."""
    began = time.monotonic()
    found = cli("rehearse", f"{web}/{path}", "--timeout", "1" if path == "drip" else PATIENCE_S)

    assert (2, "") == (found.exit_code, found.stdout)
    assert message in found.stderr
    assert found.stderr.startswith(f"efa-lod: {web}/{path}:")
    assert 1 == found.stderr.count("\n")
    assert time.monotonic() - began < PATIENCE_S


def test_a_server_that_never_answers_ends_in_time(cli: Cli) -> None:
    """A server that takes the connection and is silent costs the time limit and no more: it is not asked again by GET."""
    with silent() as address:
        began = time.monotonic()
        found = cli("rehearse", f"{address}/catalog.ttl", "--timeout", "0.5")

    assert 2 == found.exit_code
    assert found.stderr.startswith(f"efa-lod: {address}/catalog.ttl: expected an answer to HEAD")
    assert "no complete answer within 0.5 seconds" in found.stderr and 1 == found.stderr.count("\n")
    assert time.monotonic() - began < PATIENCE_S / 2


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/c.ttl", "http://[::1/c.ttl", "http:///c.ttl", "https://\udcff/"]
)
def test_an_address_that_leads_nowhere_is_told_in_one_line(address: str) -> None:
    """No connection, or an address that is none: one line."""
    with pytest.raises(BrokenInput) as caught:
        fetch(address, 5, accept="*/*")

    assert "\n" not in str(caught.value)


FILES: Mapping[str, tuple[str, bytes | None, str]] = {
    "missing": ("none.ttl", None, "cannot be read: No such file or directory"),
    "not RDF": ("c.ttl", b"{ not: turtle }", "c.ttl:1: not readable as Turtle"),
    "a page": ("c.rdf", b"<html><body>", "not readable as RDF/XML"),
    "not JSON": ("c.jsonld", b"{", "not readable as JSON-LD"),
    "not UTF-8": ("c.ttl", b'<a:b> <a:c> "\xff" .', "c.ttl"),
    "another suffix": ("c.csv", b"", "expected a catalogue that ends in .ttl, .jsonld or .rdf, found '.csv'"),
    "empty": ("c.ttl", b"", "expected one dcat:Catalog, found none – the file says nothing"),
    "no catalogue": ("c.ttl", b"<a:b> <a:c> <a:d> .", "expected one dcat:Catalog, found none"),
    "two catalogues": (
        "c.ttl",
        b"@prefix dcat: <http://www.w3.org/ns/dcat#> . <a:1> a dcat:Catalog . <a:2> a dcat:Catalog .",
        "expected one dcat:Catalog, found a:1 and a:2",
    ),
    "no dataset": (
        "c.ttl",
        b"<a:1> a <http://www.w3.org/ns/dcat#Catalog> .",
        "expected at least one dcat:Dataset, found none – portals would delete all they have",
    ),
}


@pytest.mark.parametrize("name, content, message", FILES.values(), ids=FILES)
def test_a_bad_file_is_told_in_one_line(
    name: str, content: bytes | None, message: str, tmp_path: Path, cli: Cli
) -> None:
    """A file that no harvester could read ends with exit code 2 and one line."""
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)

    found = cli("rehearse", file)

    assert (2, "") == (found.exit_code, found.stdout)
    assert message in found.stderr
    assert 1 == found.stderr.count("\n")


def test_a_file_of_60_megabytes_is_refused(tmp_path: Path, cli: Cli) -> None:
    """A file that ckanext-dcat would not read is refused by its size, without being read."""
    file = tmp_path / "c.ttl"
    with file.open("wb") as stream:
        stream.truncate(60 * 1024 * 1024)

    found = cli("rehearse", file)

    assert 2 == found.exit_code
    assert "has 62,914,560 bytes, and harvesters read at most 52,428,800" in found.stderr
