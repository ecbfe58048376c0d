"""Bring a build to a folder, such as that of a web server: changed files only, in an order that readers can live with.

New files come before the pages that lead to them, lists after what they list, then what is gone is deleted, and the
digests come last: who reads in between finds the old or the new, and no list of what is not there. A file that no build
wrote is never touched.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from efa_lod.catalog.harvest import read_catalogue
from efa_lod.catalog.rehearsal import rehearse
from efa_lod.delivery.options import NotDelivered, PushOptions, refuse_loss
from efa_lod.delivery.receipts import Receipt
from efa_lod.errors import CannotWrite, in_german
from efa_lod.io.files import whole_file
from efa_lod.io.messages import Messages
from efa_lod.model.publication import Publication

_ERRORS = Messages(__file__, "errors")

INVENTORY_FILE = "build.json"
DIGESTS_FILE = "SHA256SUMS"
CATALOGUE_FILE = "catalog.ttl"
_LATER = (".html", ".atom", ".xml", ".link", ".trig")
"""What lists other files: pages, feeds, site maps and time maps."""


def push_folder(name: str, built: Path, target: Path, publication: Publication, options: PushOptions) -> Receipt:
    """Make *target* hold the files of the build in *built*, and return the receipt.

    Raise NotDelivered where a dataset, a file of it or a state would vanish, or somebody else's file would be lost.
    """
    new, old = _listed(built), _listed(target) if target.is_dir() else {}
    if not new:
        raise _ERRORS.broken("no-build", built, inventory=INVENTORY_FILE)
    receipt = Receipt(name, "folder", str(target), "update" if old else "create")
    changed = [path for path, digest in new.items() if _digest(target / path) != digest]
    gone = sorted(path for path in set(old) - set(new) if (target / path).is_file())
    _refuse_foreign(target, [path for path in changed if path not in old], options)
    if not options.force and (target / CATALOGUE_FILE).is_file():
        _refuse_shrinking(built, target, publication, options)
    receipt.counts = {"copied": len(changed), "unchanged": len(new) - len(changed), "removed": len(gone)}
    if not changed and not gone:
        receipt.action = "nothing"
    receipt.done = not options.dry_run
    if options.dry_run or receipt.action == "nothing":
        return receipt
    try:
        _copy(built, target, sorted(changed, key=lambda path: _turn(path, path in old)), gone, options)
    except OSError as error:
        raise CannotWrite(
            f"{error.filename or target}: cannot be written: {error.strerror} – push again, it goes on from here",
            f"{error.filename or target}: lässt sich nicht schreiben: {in_german(error)} – ein neuer Push macht weiter",
        ) from error
    receipt.digest = hashlib.sha256((target / DIGESTS_FILE).read_bytes()).hexdigest()
    receipt.time = datetime.now(UTC).isoformat(timespec="seconds")
    return receipt


def _listed(folder: Path) -> dict[str, str]:
    """Return the files of the build in *folder* with their digests, inventory and digests among them."""
    if not (folder / INVENTORY_FILE).is_file():
        return {}
    try:
        told = json.loads(whole_file(folder / INVENTORY_FILE))
        found = {str(one["path"]): str(one["sha256"]) for one in told["files"]}
    except (ValueError, KeyError, TypeError) as error:
        raise _ERRORS.broken("no-inventory", folder / INVENTORY_FILE) from error
    for path in found:
        if path.startswith("/") or ".." in path.split("/") or "\\" in path:
            raise _ERRORS.broken("path-outside", folder / INVENTORY_FILE, path=path)
    return found | {
        name: _digest(folder / name) for name in (INVENTORY_FILE, DIGESTS_FILE) if (folder / name).is_file()
    }


def _digest(path: Path) -> str:
    """Return the SHA-256 of the file *path*, or an empty text where there is none."""
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _turn(path: str, is_known: bool) -> tuple[int, str]:
    """Return the place of *path* in the order of copying."""
    last = {INVENTORY_FILE: 8, DIGESTS_FILE: 9}
    return last.get(path, (4 if path.endswith(_LATER) else 1) + is_known + (path == "index.html")), path


def _refuse_foreign(target: Path, paths: list[str], options: PushOptions) -> None:
    """Raise NotDelivered where one of *paths*, none of which a build wrote there, holds something of somebody else."""
    taken = [path for path in paths if os.path.lexists(target / path)]
    links = [path for path in paths if any((target / one).is_symlink() for one in _with_parents(path))]
    if links or (taken and not options.force):
        named = (links or taken)[0]
        raise NotDelivered(
            f"{target / named}: no build wrote this, so it is not replaced – move it away, or use --force for files",
            f"{target / named}: hat kein Build geschrieben und wird nicht ersetzt – räumen Sie es weg, oder nehmen Sie"
            " für Dateien --force",
        )


def _with_parents(path: str) -> Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[: number + 1]) for number in range(len(parts)))


def _refuse_shrinking(built: Path, target: Path, publication: Publication, options: PushOptions) -> None:
    """Raise NotDelivered where a portal would lose something by the new catalogue."""
    new, old = (read_catalogue(str(folder / CATALOGUE_FILE)) for folder in (built, target))
    vanished = rehearse(CATALOGUE_FILE, new, publication, old, options.allowed).vanished
    refuse_loss(str(target), [one.iri for one in vanished if not one.allowed])


def _copy(built: Path, target: Path, paths: list[str], gone: list[str], options: PushOptions) -> None:
    """Copy *paths* in their order, with the deletion of what is *gone* before the inventory and the digests."""
    sizes = {path: (built / path).stat().st_size for path in paths}
    whole, done = sum(sizes.values()), 0
    for path in [one for one in paths if one not in (INVENTORY_FILE, DIGESTS_FILE)]:
        _copy_file(built / path, target / path)
        options.progress(done := done + sizes[path], whole)
    for path in gone:
        (target / path).unlink(missing_ok=True)
        for parent in (target / path).parents:
            if parent == target or any(parent.iterdir()):
                break
            parent.rmdir()
    for path in [one for one in paths if one in (INVENTORY_FILE, DIGESTS_FILE)]:
        _copy_file(built / path, target / path)
    options.progress(whole, whole)


def _copy_file(source: Path, target: Path) -> None:
    """Put a copy of *source* in the place of *target* in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        shutil.copyfile(source, fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
