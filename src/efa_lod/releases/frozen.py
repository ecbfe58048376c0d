"""The frozen folders of releases: find them on the last site, prove them by digest, take them over unchanged."""

import json
from pathlib import Path
from types import TracebackType

from efa_lod.errors import BrokenInput
from efa_lod.io.files import whole_file
from efa_lod.io.http import Fetcher
from efa_lod.io.json_objects import json_object
from efa_lod.io.messages import Messages
from efa_lod.releases.ledger import DataRelease, data_digest
from efa_lod.releases.sources import (
    BUILD_INVENTORY,
    MOST_FETCHED,
    SUMS_FILE,
    Dump,
    check_digest,
    fetch_file,
    is_web,
    polite,
    read_sums,
)

_ERRORS = Messages(__file__, "errors")

SIGNATURE_FILE = f"{SUMS_FILE}.sig"
_NOT_THERE = (404, 410)


class PreviousSite:
    """The site with the last release: the folder or address *where*; what is fetched is kept in *scratch*."""

    def __init__(self, where: str, scratch: Path, program: str) -> None:
        self.where = where
        self._scratch = scratch
        self._fetcher = Fetcher(polite(where, program)) if is_web(where) else None
        self._root = where if where.endswith("/") else f"{where}/"
        self._facts: dict[str, object] | None = None

    def __enter__(self) -> "PreviousSite":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._fetcher:
            self._fetcher.__exit__(kind, error, trace)

    @property
    def version(self) -> str:
        """Return the version that the site's inventory names, or an empty text."""
        return self._fact("version")

    @property
    def day(self) -> str:
        """Return the day of change that the site's inventory names, or an empty text."""
        return self._fact("modified")

    def _fact(self, key: str) -> str:
        if self._facts is None:
            self._facts = json_object(self.read(BUILD_INVENTORY))
        value = self._facts.get(key)
        return value if isinstance(value, str) else ""

    def read(self, path: str) -> bytes | None:
        """Return the file at *path* of the site, or None where it is not there.

        Raise BrokenInput where a server neither sends it nor says that it is not there.
        """
        if self._fetcher:
            answer = self._fetcher.get(self._root + path, MOST_FETCHED)
            if answer.status not in (200, *_NOT_THERE):
                raise _ERRORS.broken("no-answer", self._root + path, status=answer.status)
            return answer.content if answer.status == 200 else None
        local = Path(self.where) / path
        return whole_file(local, str(local)) if local.is_file() else None

    def refuse_another(self, base_iri: str) -> None:
        """Raise BrokenInput where there is no site that a build wrote, or one under another base IRI."""
        place = f"--previous {self.where}"
        if self.read(BUILD_INVENTORY) is None and self.read(SUMS_FILE) is None:
            is_missing = not is_web(self.where) and not Path(self.where).exists()
            raise _ERRORS.broken("previous-missing" if is_missing else "previous-no-site", place)
        found = self._fact("baseIri")
        if found and found != base_iri:
            raise _ERRORS.broken("previous-other-base", place, expected=base_iri, found=found)

    def sums_digest(self, version: str) -> str:
        """Return the digest of the list of digests in the frozen folder of *version*, or an empty text."""
        data = self.read(f"release/{version}/{SUMS_FILE}")
        return data_digest(data) if data is not None else ""

    def frozen_dump(self, version: str) -> Dump | None:
        """Return the dump of the frozen release *version*, proved by its list of digests; None where there is none."""
        frozen = self.frozen(version, "")
        if frozen is None:
            return None
        name = "efa-lod.nt"
        if name not in frozen:
            raise _ERRORS.broken("no-digest", f"{self.where}: release/{version}/{SUMS_FILE}", name=name)
        base = json.loads(frozen[BUILD_INVENTORY].read_bytes()).get("baseIri", "") if BUILD_INVENTORY in frozen else ""
        return Dump(f"{self.where}: release/{version}", frozen[name], ".nt", str(base), version)

    def frozen(self, version: str, sums: str) -> dict[str, Path] | None:
        """Return the files of the frozen release *version* by name, proved by digest; None where there is none.

        *sums* is the digest of its list of digests where the ledger knows it. Raise BrokenInput for what was changed.
        """
        folder = f"release/{version}"
        data = self.read(f"{folder}/{SUMS_FILE}")
        if data is None:
            return None
        name = f"{self.where}: {folder}/{SUMS_FILE}"
        if sums and data_digest(data) != sums:
            raise BrokenInput(
                f"{name}: not the list of digests that this release was published with – restore the folder",
                f"{name}: nicht die Prüfsummen, mit denen diese Ausgabe veröffentlicht wurde – stellen Sie den Ordner"
                " wieder her",
            )
        listed = read_sums(data, name)
        files = {path: self._local(f"{folder}/{path}") for path in listed}
        for path, digest in listed.items():
            check_digest(files[path], digest, f"{self.where}: {folder}/{path}")
        files[SUMS_FILE] = self._local(f"{folder}/{SUMS_FILE}")
        if self.read(f"{folder}/{SIGNATURE_FILE}") is not None:
            files[SIGNATURE_FILE] = self._local(f"{folder}/{SIGNATURE_FILE}")
        return files

    def _local(self, path: str) -> Path:
        """Return the file at *path* of the site as one on this disk."""
        if ".." in path.split("/") or path.startswith("/"):
            raise _ERRORS.broken("path-outside", f"{self.where}: {path}")
        if not self._fetcher:
            return Path(self.where) / path
        target = self._scratch / "site" / path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(fetch_file(self._fetcher, self._root + path))
        return target


def sums_known(releases: "list[DataRelease] | tuple[DataRelease, ...]") -> dict[str, str]:
    """Return the digests of lists of digests that the releases after them name, by version."""
    return {release.previous: release.previous_sums for release in releases if release.previous_sums}
