"""How to cite a release is accepted by the programs that read it: cffconvert, DataCite, RO-Crate, Croissant, feeds."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from conftest import missing, program
from efa_lod.cli import main
from efa_lod.model.publication import packaged_folder, read_publication
from efa_lod.releases.citation import bibtex_entry, citation_cff, ris

Cli = Callable[..., Result]
CHECK = Path(__file__).parents[1] / "support/check_citations.py"
ROOT = Path(__file__).parents[2]
_ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with two releases."""
    folder = tmp_path_factory.mktemp("cited")
    for part in ("data", "ontology", "shapes"):
        shutil.copytree(packaged_folder() / part, folder / "publication" / part)

    def run(*arguments: object) -> None:
        made = CliRunner().invoke(main, [*map(str, arguments), "--publication", str(folder / "publication")])
        assert 0 == made.exit_code, made.output

    run("release", "--write", "--date", "2026-12-01")
    run("build", "-o", folder / "site")
    record = folder / "publication/data/states/sh.yaml"
    text = record.read_text("utf-8").replace("lastConfirmed: 2026-11-23", "lastConfirmed: 2026-11-24")
    record.write_text(text, "utf-8")
    run("release", "--write", "--date", "2026-12-01", "--previous", folder / "site")
    run("build", "-o", folder / "site")
    return folder / "site"


def checked(site: Path, release: Path) -> dict[str, object]:
    """Return what the programs make of *site* and *release*."""
    python, crate = os.environ.get("EFA_LOD_CITATION_PYTHON"), os.environ.get("EFA_LOD_CRATE_CONTEXT")
    if not python or not crate:
        missing("EFA_LOD_CITATION_PYTHON and EFA_LOD_CRATE_CONTEXT do not name what checks citations")
    command = [python, str(CHECK), str(site), str(release), crate]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert 0 == done.returncode, done.stderr[-2000:]
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_programs_accept_what_is_written(site: Path) -> None:
    """No program finds fault: citation, DataCite, Croissant, which loads the table, the crate, and both feeds."""
    found = checked(site, site / "release/1.1.0")
    feeds = found["feeds"]

    assert ([], []) == (found["datacite"], found["crate"])
    lines = (site / "efa-lod.csv").read_bytes().count(b"\r\n")
    assert lines - 1 == found["croissant"]
    assert "release/1.1.0" in str(found["cff"])
    assert isinstance(feeds, dict)
    for feed in feeds.values():
        assert (False, "atom10") == (feed["bozo"], feed["version"])
        assert len(feed["ids"]) == len(set(feed["ids"])) > 2
        assert "@" not in feed["text"]


def test_the_check_of_crates_finds_what_is_missing(site: Path, tmp_path: Path) -> None:
    """A crate that lacks what the specification demands is found, so that none found means something."""
    shutil.copytree(site / "release/1.1.0", tmp_path / "release")
    path = tmp_path / "release/ro-crate-metadata.json"
    crate = json.loads(path.read_text("utf-8"))
    crate["@graph"] = [node for node in crate["@graph"] if node["@id"] != "./"]
    path.write_text(json.dumps(crate), "utf-8")

    assert checked(site, tmp_path / "release")["crate"]


def test_the_licence_is_that_of_the_data(site: Path) -> None:
    """Nothing that is said of the data names the licence of the program."""
    for path in (
        site / "CITATION.cff",
        site / "datacite.json",
        site / "croissant.json",
        site / "ro-crate-metadata.json",
    ):
        text = path.read_text("utf-8")
        assert "https://www.govdata.de/dl-de/by-2-0" in text, path.name
        assert "MIT" not in text, path.name


def test_the_repository_cites_the_packaged_data() -> None:
    """CITATION.cff in the repository is the one that is made of the settings."""
    assert citation_cff(read_publication()).decode() == (ROOT / "CITATION.cff").read_text("utf-8")


def test_feeds_keep_to_the_grammar(site: Path) -> None:
    """A feed has what RFC 4287 demands: id, title, updated and an author; so has each entry, with content or a link."""
    day = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")
    grammar = Path(__file__).with_name("atom.rnc")
    for language in ("de", "en"):
        path = site / f"changes.{language}.atom"
        subprocess.run([program("jing"), "-c", grammar, path], check=True)
        root = ElementTree.fromstring(path.read_bytes())
        assert f"{_ATOM}feed" == root.tag
        assert language == root.get("{http://www.w3.org/XML/1998/namespace}lang")
        assert {"self", "alternate", "license"} == {link.get("rel") for link in root.findall(f"{_ATOM}link")}
        for one in (root, *root.findall(f"{_ATOM}entry")):
            for name in ("id", "title", "updated"):
                assert 1 == len(one.findall(f"{_ATOM}{name}"))
            assert day.match(one.findtext(f"{_ATOM}updated") or "")
        assert root.find(f"{_ATOM}author/{_ATOM}name") is not None
        for entry in root.findall(f"{_ATOM}entry"):
            assert "alternate" in {link.get("rel") for link in entry.findall(f"{_ATOM}link")}
            assert "text" == entry.find(f"{_ATOM}content").get("type")  # type: ignore[union-attr]


def test_releases_of_one_day_follow_each_other(site: Path) -> None:
    """No moment is that of an earlier release, even where both have the same day."""
    root = ElementTree.fromstring((site / "changes.en.atom").read_bytes())
    moments = [entry.findtext(f"{_ATOM}updated") for entry in root.findall(f"{_ATOM}entry")]

    assert "2026-12-01T00:00:01Z" == moments[0]
    assert "2026-12-01T00:00:00Z" == moments[-1]


def test_citations_hold_what_breaks_their_syntax() -> None:
    """A name with braces, signs of TeX or line ends stays one value."""
    from dataclasses import replace

    publication = read_publication()
    settings = publication.settings
    publisher = {**settings.value["publisher"], "name": "A & B {c} 50 %\nER  - "}
    changed = replace(
        publication, settings=replace(settings, value={**settings.value, "publisher": publisher, "status": "official"})
    )

    assert "author = {{A \\& B \\{c\\} 50 \\% ER" in bibtex_entry(changed, "en")
    assert 1 == ris(changed, "en").count("\r\nER  - ")
