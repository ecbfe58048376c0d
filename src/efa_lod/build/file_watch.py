"""Notice which files of a publication change, by looking at them: their time, size and inode.

A look at some hundred files takes a millisecond or two, works on every file system (containers, network drives, what
editors write by renaming), and needs no further package; what systems tell of changes does none of these everywhere.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from efa_lod.build.writing import Stamp, stamp_of

_WATCHED = ("data", "ontology", "shapes")
"""The folders of a publication that a build reads."""
SITE_SOURCES = Path(__file__).parents[1] / "site"
"""The folder in which the templates of pages are, and what pages load."""
_SITE_SUFFIXES = (".html", ".css", ".js", ".svg")


class FileWatch:
    """The files below some *folders* as they were when one last looked."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._seen = self._look()

    def changed(self) -> set[Path]:
        """Return the files that are new, gone or different since the last time that this was asked."""
        now, before = self._look(), self._seen
        self._seen = now
        return {file for file in now.keys() | before.keys() if now.get(file) != before.get(file)}

    def _look(self) -> dict[Path, Stamp]:
        found = ((file, stamp_of(file)) for folder in self._folders for file in _files(folder))
        return {file: stamp for file, stamp in found if stamp is not None}


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below *folder* that a build may read."""
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names if folder != SITE_SOURCES or name.endswith(_SITE_SUFFIXES))


def watched_folders(publication: Path) -> list[Path]:
    """Return the folders that a build of the publication in this folder reads."""
    return [*(publication / name for name in _WATCHED), SITE_SOURCES]
