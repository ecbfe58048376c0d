"""One dataset in a real CKAN, by its Action API: created, changed, and nothing of others lost."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from conftest import Cli
from support.ckan_portal import Portal, running_portal

MANUAL = Path(__file__).parents[2] / "data/manual"
SLUG = "reuse-of-efa-services-in-the-german-states"


class Site:
    """A portal with its address and token, and a build to bring there."""

    def __init__(self, cli: Cli, portal: Portal, api: tuple[str, str], built: Path) -> None:
        self.cli, self.portal, (self.address, self.token), self.built = cli, portal, api, built

    def push(self, *options: str, code: int = 0, token: str | None = None) -> dict[str, Any]:
        """Push the build; return the receipt, or the message as ``{"said": …}`` where the exit *code* is another."""
        command = ("push", self.address, "--kind", "ckan", "--build", self.built, "--format", "json", *options)
        found = self.cli(*command, EFA_LOD_TOKEN=token or self.token)
        assert code == found.exit_code, found.output + repr(found.exception)
        assert self.token not in found.output
        return {"said": found.stderr} if code else dict(json.loads(found.stdout))

    def by_hand(self, action: str, **values: Any) -> dict[str, Any]:
        """Do what an editor does in the portal."""
        answer = requests.post(
            f"{self.address}/api/3/action/{action}", json=values, headers={"Authorization": self.token}, timeout=60
        )
        assert answer.ok, answer.text
        return dict(answer.json()["result"] or {})

    def change(self, old: str, new: str) -> None:
        """Change the catalogue of the build."""
        file = self.built / "catalog.ttl"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    def package(self) -> dict[str, Any]:
        """Return what the portal has."""
        return self.portal.package(SLUG)


@pytest.fixture(scope="module")
def portal() -> Iterator[tuple[Portal, tuple[str, str]]]:
    """Return a real portal with an empty database, and its address with a token."""
    with running_portal() as running:
        yield running, running.api()


@pytest.fixture
def site(cli: Cli, portal: tuple[Portal, tuple[str, str]], dist: Path, tmp_path: Path) -> Site:
    """Return a portal without our dataset."""
    running, api = portal
    built = tmp_path / "dist"
    built.mkdir()
    shutil.copy(dist / "catalog.ttl", built)
    found = Site(cli, running, api, built)
    login = {"Authorization": found.token}
    for name in (SLUG, "efa-services-anew"):
        if requests.get(f"{api[0]}/api/3/action/package_show", {"id": name}, headers=login, timeout=60).ok:
            found.by_hand("dataset_purge", id=name)
    return found


def ids(package: dict[str, Any]) -> dict[str, str]:
    """Return the id of each resource by its IRI."""
    return {one["uri"]: one["id"] for one in package["resources"]}


def test_a_dataset_is_created_and_twice_the_same_is_nothing(site: Site) -> None:
    """The first push creates one dataset with its resources, the second finds nothing to do."""
    planned = site.push("--dry-run")
    first = site.push()
    created = site.package()
    second = site.push()

    assert ("create", False) == (planned["action"], planned["done"])
    assert ("create", "nothing") == (first["action"], second["action"])
    assert created == site.package()
    assert "Reuse of EfA services in the German states" == created["title"]
    assert created["notes"].startswith("How municipalities")
    assert {"Turtle", "JSON-LD", "N-Triples", "RDF", "CSV"} == {one["format"] for one in created["resources"]}
    assert 6 == len(created["resources"])
    assert "one for all" in {tag["name"] for tag in created["tags"]}
    assert first["time"]


def test_a_change_is_shown_and_ids_stay(site: Site) -> None:
    """A changed title and size are shown; dataset and resources keep their ids."""
    site.push()
    before = site.package()
    site.change('Reuse of EfA services in the German states"@en', 'EfA services"@en')
    size = next(one["size"] for one in before["resources"] if one["uri"].endswith("#turtle"))
    site.change(f'"{size}"', '"4711"')
    target = site.built.parent / "p"
    shutil.copytree(Path(__file__).parents[2] / "data", target / "data")
    shutil.copytree(Path(__file__).parents[2] / "ontology", target / "ontology")
    shutil.copytree(Path(__file__).parents[2] / "shapes", target / "shapes")
    (target / "data/targets.yaml").write_text(
        f"it: {{kind: ckan, address: '{site.address}', token: PORTAL_TOKEN, dataset: {SLUG}}}\n"
    )
    command = ("push", "it", "--build", site.built, "--publication", target, "--format", "json")
    found = site.cli(*command, PORTAL_TOKEN=site.token)
    after = site.package()

    assert 0 == found.exit_code, found.output
    assert 1 == json.loads(found.stdout)["counts"]["updated"]
    assert "EfA services" == after["title"]
    assert 4711 == next(one["size"] for one in after["resources"] if one["uri"].endswith("#turtle"))
    assert (before["id"], ids(before)) == (after["id"], ids(after))


def test_what_an_editor_did_stays(site: Site) -> None:
    """Texts, tags, extras, resources and fields that somebody changed or added in the portal are not lost."""
    site.push()
    there = site.package()
    resource = there["resources"][0]
    site.by_hand(
        "package_patch",
        id=SLUG,
        notes="Written by an editor.",
        maintainer="Somebody",
        tags=[{"name": "by-hand"}, *({"name": tag["name"]} for tag in there["tags"] if tag["name"] != "reuse")],
        extras=[*there["extras"], {"key": "note", "value": "by hand"}],
        resources=[
            {**resource, "name": "Renamed", "note": "seen"},
            *there["resources"][1:],
            {"url": "https://example.org/by-hand.pdf", "name": "By hand"},
        ],
    )
    edited = site.package()
    receipt = site.push()
    assert "nothing" == receipt["action"]
    assert any("notes" in note for note in receipt["notes"])
    site.change('dcat:version "1.0.0"', 'dcat:version "1.0.1"')
    site.push()
    after = site.package()

    assert "1.0.1" == after["version"]
    kept = ("notes", "maintainer", "tags", "resources")
    without = [{k: v for k, v in edited.items() if k in kept}, {k: v for k, v in after.items() if k in kept}]
    for package in without:
        for one in [*package["resources"], *package["tags"]]:
            one.pop("metadata_modified", None)
            one.pop("position", None)
    by_key = [sorted(p["resources"], key=lambda one: one["id"]) for p in without]
    assert by_key[0] == by_key[1]
    assert without[0]["notes"] == without[1]["notes"]
    assert {"by hand"} <= {extra["value"] for extra in after["extras"]}
    assert {tag["name"] for tag in edited["tags"]} == {tag["name"] for tag in after["tags"]}

    site.push("--force")
    forced = site.package()
    assert forced["notes"].startswith("How municipalities")
    assert "Somebody" == forced["maintainer"]
    assert {"by hand"} <= {extra["value"] for extra in forced["extras"]}
    assert "reuse" in {tag["name"] for tag in forced["tags"]}


def test_a_resource_does_not_vanish_unasked(site: Site) -> None:
    """A file that is no longer listed is removed only where that is allowed by name."""
    site.push()
    csv = next(iri for iri in ids(site.package()) if iri.endswith("#csv"))
    text = (site.built / "catalog.ttl").read_text()
    site.built.joinpath("catalog.ttl").write_text(
        text.replace("<dataset#csv> ,", "").replace("<dataset#csv>", "<gone>")
    )
    message = site.push(code=1)["said"]
    assert csv in ids(site.package())
    receipt = site.push("--allow-removal", csv)

    assert csv in message
    assert 1 == receipt["counts"]["removed"]
    assert csv not in ids(site.package())
    assert 5 == len(site.package()["resources"])


def test_a_dataset_of_others_is_not_taken_over(site: Site) -> None:
    """A dataset of the same name that no push made stays as it is, unless that is asked for."""
    site.by_hand("package_create", name=SLUG, title="Theirs", maintainer="They")
    message = site.push(code=1)["said"]
    assert "Theirs" == site.package()["title"]
    site.push("--force")

    assert "that no push made" in message
    assert site.package()["title"].startswith("Reuse")
    assert "They" == site.package()["maintainer"]


def test_a_deleted_dataset_comes_back_with_its_ids(site: Site) -> None:
    """What was deleted in the portal is active again after a push, with the ids that links know."""
    site.push()
    before = site.package()
    site.by_hand("package_delete", id=SLUG)
    site.push()

    assert "active" == site.package()["state"]
    assert ids(before) == ids(site.package())


def test_a_wrong_token_is_told_without_it(site: Site) -> None:
    """A token that the portal does not know changes nothing, and is not shown."""
    message = site.push(code=2, token="wrong-Token-0815")["said"]

    assert "refused the login" in message
    assert "wrong-Token-0815" not in message
    assert 404 == requests.get(f"{site.address}/api/3/action/package_show", {"id": SLUG}, timeout=60).status_code


def test_an_old_dataset_is_deleted_by_name_only(site: Site) -> None:
    """A dataset that a push made under another name goes only where its address is named."""
    site.push()
    old = f"{site.address}/dataset/{SLUG}"
    site.change('Reuse of EfA services in the German states"@en', 'EfA services anew"@en')
    site.change("<dataset>", "<dataset-anew>")
    site.push()
    assert "active" == site.package()["state"]
    receipt = site.push("--allow-removal", old)

    assert any(SLUG in note for note in receipt["notes"])
    assert "deleted" == site.package()["state"]


def ten_lines(language: str) -> list[str]:
    """Return the commands by which the manual leads from nothing to a dataset in a portal."""
    text = (MANUAL / f"portals.{language}.md").read_text(encoding="utf-8")
    found = re.search(r"```sh\n(efa-lod init .*?)```", text, re.DOTALL)
    assert found
    return [line.partition("#")[0].strip() for line in found[1].splitlines()]


def test_the_ten_lines_of_the_manual_lead_to_the_portal(site: Site, tmp_path: Path) -> None:
    """Run as they stand, with a portal in the file of targets, they create the dataset once and then send nothing."""
    lines = ten_lines("en")
    assert ten_lines("de") == lines
    assert 10 == len(lines)
    script = "\n".join([*lines[:2], 'echo "$TARGETS" > data/targets.yaml', *lines[2:]])
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "TARGETS": f"portal: {{kind: ckan, address: '{site.address}', token: PORTAL_TOKEN}}",
        "PORTAL_TOKEN": site.token,
    }
    done = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "create" == json.loads((tmp_path / "our-data/receipt.json").read_text())["action"]
    assert "unchanged, nothing sent" in done.stdout
    assert "1.0.0" == site.package()["version"]
    assert site.token not in done.stdout + done.stderr
