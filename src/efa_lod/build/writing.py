"""Write files below a folder or link those that are the same as before, and list what was written."""

import gc
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from efa_lod import __version__
from efa_lod.build.ownership import MARK
from efa_lod.catalog.offers import Contents
from efa_lod.io.json_text import json_text
from efa_lod.model.publication import Publication
from efa_lod.rdf.formats import OutputFile
from efa_lod.releases.frozen import SIGNATURE_FILE
from efa_lod.releases.signature import signed

_SLICE_BYTES = 1 << 17
_FILES_BETWEEN_COLLECTIONS = 50


@dataclass(frozen=True)
class WrittenOutput:
    """A file that was written: *path* below the folder, *media_type*, size in bytes, SHA-256; triples if RDF.

    *site* tells the pages, documents and rules of the site from the files that hold the whole.
    """

    path: str
    media_type: str
    size: int
    sha256: str
    triples: int | None = None
    site: bool = False


class GrowingFile:
    """A file that grows: its bytes are counted and their digest taken as they are written."""

    def __init__(self, folder: Path, path: str, media_type: str) -> None:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self._stream: BinaryIO = target.open("wb")
        self._path, self._media_type = path, media_type
        self._size, self._digest = 0, hashlib.sha256()

    def __enter__(self) -> "GrowingFile":
        return self

    def __exit__(self, *stop: object) -> None:
        self._stream.close()

    def write(self, data: bytes) -> None:
        """Add *data*, in slices that are still in the processor's cache when they are written."""
        whole = memoryview(data)
        for at in range(0, len(data), _SLICE_BYTES):
            self._digest.update(whole[at : at + _SLICE_BYTES])
            self._stream.write(whole[at : at + _SLICE_BYTES])
        self._size += len(data)

    def close(self, triples: int | None) -> WrittenOutput:
        """Close the file and return what was written."""
        self._stream.close()
        return WrittenOutput(self._path, self._media_type, self._size, self._digest.hexdigest(), triples)


@dataclass(frozen=True)
class DigestedFile(OutputFile):
    """A file whose content is at hand as a whole: its *size* in bytes, and its SHA-256."""

    size: int = 0
    sha256: str = ""


def digested(file: OutputFile) -> DigestedFile:
    """Return *file* with its content as a whole."""
    if isinstance(file, DigestedFile):
        return file
    data = file.data
    return DigestedFile(file.path, file.media_type, [data], file.triples, len(data), hashlib.sha256(data).hexdigest())


Stamp = tuple[int, int, int]
"""What changes with a file: time of its last change in nanoseconds, size, inode."""


def stamp_of(file: str | Path) -> Stamp | None:
    """Return what changes with *file*; None where it is not there."""
    try:
        found = os.stat(file)  # noqa: PTH116 – half the time, for a thousand files
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


WriteOutputs = Callable[[Path, Iterable[OutputFile], bool], Iterator[WrittenOutput]]
"""Writes files below a folder and yields what was written; the last marks them as those of a site."""


class EarlierFiles:
    """The files that earlier builds wrote to a folder, by which the next one need not write again what is the same.

    Such a file is linked: it has then two names, of which the earlier goes with the folder that is replaced. One that
    anybody has changed since is written again.
    """

    def __init__(self) -> None:
        self._out = Path()
        self._known: dict[str, tuple[str, Stamp | None]] = {}

    def begin(self, out: Path) -> None:
        """Begin a build that will replace *out*."""
        if out != self._out:
            self._out, self._known = out, {}

    def write(self, folder: Path, made: Iterable[OutputFile], site: bool = False) -> Iterator[WrittenOutput]:
        """Write or link each of the files *made* below *folder*, and yield what stands there now."""
        folders: set[str] = set()
        for file in map(digested, made):
            target = _place_for(f"{folder}/{file.path}", folders)
            if not self._link(file, target):
                Path(target).write_bytes(file.data)
            self._known[file.path] = file.sha256, stamp_of(target)
            yield WrittenOutput(file.path, file.media_type, file.size, file.sha256, file.triples, site)

    def _link(self, file: DigestedFile, target: str) -> bool:
        """Return whether the earlier file is the same and has *target* as another name now, with the time of now."""
        sha256, stamp = self._known.get(file.path, ("", None))
        earlier = f"{self._out}/{file.path}"
        if sha256 != file.sha256 or stamp is None or stamp_of(earlier) != stamp:
            return False
        try:
            os.link(earlier, target, follow_symlinks=False)
            os.utime(target)  # a file in a build is not older than the build (see ``folders``)
        except OSError:
            return False
        return True


def write_outputs(folder: Path, made: Iterable[OutputFile], site: bool = False) -> Iterator[WrittenOutput]:
    """Write each of the files *made* below *folder* and yield what was written; *site* marks them as such."""
    folders: set[str] = set()
    for number, file in enumerate(made, 1):
        if number % _FILES_BETWEEN_COLLECTIONS == 0:
            gc.collect(0)  # a page leaves cycles behind that hold its text
        size, digest = _written(_place_for(f"{folder}/{file.path}", folders), file.content)
        yield WrittenOutput(file.path, file.media_type, size, digest, file.triples, site)


def _place_for(path: str, folders: set[str]) -> str:
    """Return *path*, whose folder is there now; it is made once and noted in *folders*."""
    parent = path.rpartition("/")[0]
    if parent not in folders:
        os.makedirs(parent, exist_ok=True)  # noqa: PTH103 – paths are texts here, see stamp_of
        folders.add(parent)
    return path


def _written(path: str, content: Iterable[bytes]) -> tuple[int, str]:
    """Write *content* to a new file at *path* and return its size and digest; small pieces are written together."""
    size, digest = 0, hashlib.sha256()
    with open(path, "wb", buffering=_SLICE_BYTES) as stream:  # noqa: PTH123 – a path is made for each file otherwise
        for piece in content:
            size += len(piece)
            digest.update(piece)
            stream.write(piece)
    return size, digest.hexdigest()


def inventory(
    publication: Publication, facts: Contents, outputs: Sequence[WrittenOutput], sign: Path | None = None
) -> Iterator[OutputFile]:
    """Yield the lists of what was written: digests for ``sha256sum --check``, and the facts of the build.

    The digests are signed with the key in the file *sign*, if one is named.
    """
    listed = list(outputs)
    sums = "".join(f"{output.sha256}  {output.path}\n" for output in sorted(listed, key=lambda o: o.path))
    yield OutputFile("SHA256SUMS", "text/plain", [sums.encode()])
    if sign:
        signature = signed(sums.encode(), sign)
        digest = hashlib.sha256(signature).hexdigest()
        listed.append(WrittenOutput(SIGNATURE_FILE, "text/plain", len(signature), digest))
        yield OutputFile(SIGNATURE_FILE, "text/plain", [signature])
    told = {
        "generator": f"efa-lod {__version__}",
        "baseIri": publication.base_iri,
        "version": publication.version,
        "modified": facts.modified,
        "files": [
            {"path": o.path, "mediaType": o.media_type, "bytes": o.size, "sha256": o.sha256}
            | ({} if o.triples is None else {"triples": o.triples})
            for o in listed
        ],
    }
    yield OutputFile(MARK, "application/json", [json_text(told).encode()])
