"""What must not be published any more is taken out of releases that are out, and they say so."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from click.testing import Result

Cli = Callable[..., Result]
OLD, NEW = "organisation/landkreistag-bw", "organisation/landkreistag"
BASE = "https://w3id.org/efa-lod/"


@pytest.fixture
def history(cli: Cli, copy: Path) -> Path:
    """Return a publication with two releases, of which the second withdrew an organisation; its site is beside it."""
    site = copy.parent / "site"
    commands: list[tuple[object, ...]] = [("release", "--write", "--date", "2026-12-01"), ("build", "-o", site)]
    replaced = ("--replaced", f"{OLD}={NEW}", "--previous", site)
    commands += [("release", "--write", "--date", "2026-12-02", *replaced), ("build", "-o", site)]
    for number, command in enumerate(commands):
        if number == 2:
            for path in (copy / "data").rglob("*.yaml"):
                path.write_text(path.read_text("utf-8").replace(OLD, NEW), "utf-8")
        made = cli(*command, "--publication", copy)
        assert 0 == made.exit_code, made.stderr
    return copy


def test_a_redacted_thing_is_in_no_file(cli: Cli, history: Path) -> None:
    """No file of a frozen folder speaks of it any more, the digests fit, and the list of releases says so."""
    site = history.parent / "site"
    assert "Landkreistag BW" in (site / "release/1.0.0/efa-lod.csv").read_text("utf-8")
    done = cli("release", "redact", OLD, "--write", "--publication", history, "--lang", "en")
    built = cli("build", "-o", site, "--publication", history)

    assert (0, 0) == (done.exit_code, built.exit_code), done.stderr + built.stderr
    assert f"{OLD}: removed from 1.0.0" in done.stdout
    assert "The frozen folder" not in built.stderr
    for path in [
        *(site / "release/1.0.0").rglob("*"),
        *(history / "data/releases").iterdir(),
        site / "changes/1.0.0.trig",
    ]:
        if path.is_file() and path.suffix != ".gz":
            lines = path.read_text("utf-8").splitlines()
            assert not [line for line in lines if line.startswith((f"<{BASE}{OLD}>", f"<{OLD}>"))], path
    graph = rdflib.Graph().parse(site / "release/1.0.0/efa-lod.nt")
    for name in ("efa-lod.ttl", "efa-lod.rdf", "efa-lod.jsonld"):
        assert set(graph) == set(rdflib.Graph().parse(site / "release/1.0.0" / name)), name
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=site / "release/1.0.0", check=True)
    said = rdflib.Graph().parse(site / "releases.ttl")
    comments = said.objects(rdflib.URIRef(f"{BASE}release/1.0.0"), rdflib.RDFS.comment)
    assert {"de", "en"} == {getattr(text, "language", "") for text in comments if OLD in str(text)}
    withdrawn = json.loads((site / "rules/dereference.json").read_text("utf-8"))["withdrawn"]
    assert f"release/1.0.0/{OLD}" in withdrawn
    again = cli("build", "-o", history.parent / "again", "--previous", site, "--publication", history)
    assert 0 == again.exit_code, again.stderr
    for path in (site / "release").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (history.parent / "again" / path.relative_to(site)).read_bytes(), path


REFUSED = {
    "still stated": (("redact", NEW), "is still stated in 2.0.0, the newest release"),
    "unknown": (("redact", "state/none"), "expected an IRI that a release says something of"),
    "no IRI": (("redact",), "Name the IRI to redact"),
    "no command": (("1.0.0", "state/sh"), "Give one version, or redact and an IRI"),
}


def test_what_cannot_be_redacted_is_one_line(cli: Cli, history: Path) -> None:
    """What is published now is mended in the records; what was never said is not redacted; nothing is written."""
    before = {path: path.read_bytes() for path in (history / "data/releases").iterdir()}
    for arguments, message in REFUSED.values():
        found = cli("release", *arguments, "--write", "--publication", history)
        assert 2 == found.exit_code
        assert message in found.stderr
    dry = cli("release", "redact", OLD, "--publication", history)

    assert f"{OLD}: would be removed from 1.0.0" in dry.stdout
    assert before == {path: path.read_bytes() for path in (history / "data/releases").iterdir()}
