"""A folder gets the files that changed, in an order that readers can live with, and loses nothing of others."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.delivery import folder as folder_module


@pytest.fixture
def built(dist: Path, tmp_path: Path) -> Path:
    """Return a build that a test may change."""
    return Path(shutil.copytree(dist, tmp_path / "built"))


def push(cli: Cli, built: Path, target: Path, *options: str, code: int = 0) -> dict[str, object]:
    """Push *built* to *target*; return the receipt, or the message as ``{"said": …}``."""
    found = cli("push", target, "--kind", "folder", "--build", built, "--format", "json", *options)
    assert code == found.exit_code, found.output + repr(found.exception)
    return {"said": found.stderr} if code else dict(json.loads(found.stdout))


def record(built: Path) -> None:
    """Write the inventory and the digests of *built* anew, as a build does."""
    told = json.loads((built / "build.json").read_text())
    names = [one["path"] for one in told["files"] if (built / one["path"]).is_file()]
    listed = {one["path"]: one for one in told["files"]}
    import hashlib

    files = [
        listed.get(name, {"path": name}) | {"sha256": hashlib.sha256((built / name).read_bytes()).hexdigest()}
        for name in [*names, *(p.name for p in built.glob("added*"))]
    ]
    (built / "build.json").write_text(json.dumps(told | {"files": files}))
    (built / "SHA256SUMS").write_text("".join(f"{one['sha256']}  {one['path']}\n" for one in files))


def test_a_folder_is_filled_once(cli: Cli, built: Path, tmp_path: Path) -> None:
    """The first push copies everything, the second nothing, and digests hold."""
    target = tmp_path / "www"
    planned = push(cli, built, target, "--dry-run")
    assert not target.exists()
    first, second = push(cli, built, target), push(cli, built, target)

    assert ("create", "nothing") == (first["action"], second["action"])
    assert planned["counts"] == first["counts"]
    left = {str(p.relative_to(built)) for p in built.rglob("*") if p.is_file()}
    assert left == {str(p.relative_to(target)) for p in target.rglob("*") if p.is_file()}
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=target, check=True)


def test_changes_go_in_their_order(cli: Cli, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New files come first, then changed ones, pages after data, deletions next, the digests last; foreign files stay."""
    target = tmp_path / "www"
    push(cli, built, target)
    (target / "logo.png").write_bytes(b"mine")
    (built / "added.nt").write_bytes(b"")
    for name in ("index.html", "efa-lod.nt", "build.json"):
        (built / name).write_bytes((built / name).read_bytes() + b" ")
    (built / "cookbook.de.ipynb").unlink()
    record(built)
    order: list[str] = []
    copy, unlink = folder_module._copy_file, Path.unlink

    def noted_copy(source: Path, to: Path) -> None:
        order.append(to.name)
        copy(source, to)

    def noted_unlink(path: Path, missing_ok: bool = False) -> None:
        order.append(f"-{path.name}")
        unlink(path, missing_ok)

    monkeypatch.setattr(folder_module, "_copy_file", noted_copy)
    monkeypatch.setattr(Path, "unlink", noted_unlink)
    receipt = push(cli, built, target)

    assert ["added.nt", "efa-lod.nt", "index.html", "-cookbook.de.ipynb", "build.json", "SHA256SUMS"] == [
        name for name in order if not name.startswith("-.")
    ]
    assert {"copied": 5, "removed": 1}.items() <= dict(receipt["counts"]).items()  # type: ignore[call-overload]
    assert b"mine" == (target / "logo.png").read_bytes()
    assert not (target / "cookbook.de.ipynb").exists()


def test_a_file_of_others_is_not_replaced(cli: Cli, built: Path, tmp_path: Path) -> None:
    """A file that no build wrote stays; a link leads nowhere; by force, files are replaced."""
    target = tmp_path / "www"
    target.mkdir()
    (target / "index.html").write_text("theirs")
    message = push(cli, built, target, code=1)["said"]
    assert "theirs" == (target / "index.html").read_text()
    assert 1 == len(list(target.iterdir()))
    push(cli, built, target, "--force")
    assert "theirs" != (target / "index.html").read_text()

    assert "index.html: no build wrote this" in str(message)


def test_no_link_leads_out(cli: Cli, built: Path, tmp_path: Path) -> None:
    """A folder in the target that is a link to elsewhere is refused, even by force."""
    target, elsewhere = tmp_path / "www", tmp_path / "elsewhere"
    target.mkdir()
    elsewhere.mkdir()
    (target / "state").symlink_to(elsewhere)
    push(cli, built, target, "--force", code=1)

    assert [] == list(elsewhere.iterdir())


def test_a_folder_does_not_shrink_unasked(cli: Cli, built: Path, tmp_path: Path) -> None:
    """A state that the new catalogue does not list is named, and nothing is copied."""
    target = tmp_path / "www"
    push(cli, built, target)
    before = (target / "catalog.ttl").read_bytes()
    (built / "catalog.ttl").write_bytes(before.replace(b"<state/sl> ,\n", b""))
    record(built)
    message = str(push(cli, built, target, code=1)["said"])
    assert before == (target / "catalog.ttl").read_bytes()
    push(cli, built, target, "--allow-removal", "https://w3id.org/efa-lod/state/sl")

    assert "https://w3id.org/efa-lod/state/sl" in message
    assert before != (target / "catalog.ttl").read_bytes()


WRONG = {
    "no build": (None, "expected a folder that a build wrote"),
    "no inventory": (b"x", "is not the inventory of a build"),
    "a way out": (b'{"files": [{"path": "../x", "sha256": "0"}]}', "lies outside of the build"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_build_is_refused(case: str, cli: Cli, tmp_path: Path) -> None:
    """Only a build is brought anywhere."""
    content, said = WRONG[case]
    (tmp_path / "built").mkdir()
    if content is not None:
        (tmp_path / "built/build.json").write_bytes(content)

    assert said in str(push(cli, tmp_path / "built", tmp_path / "www", code=2)["said"])


@pytest.mark.parametrize(
    ("language", "said"), [("en", "no receipt can be written"), ("de", "keine Quittung schreiben")]
)
def test_a_receipt_has_a_place_before_anything_is_sent(
    language: str, said: str, cli: Cli, built: Path, tmp_path: Path
) -> None:
    """A folder for the receipt that is not there ends a push before it begins."""
    for place in (tmp_path / "nowhere/receipt.json", tmp_path):
        options = ("--receipt", str(place), "--lang", language)
        assert said in str(push(cli, built, tmp_path / "www", *options, code=2)["said"])

    assert not (tmp_path / "www").exists()
