"""Read a folder as it is now, although a build may put another in its place at any moment.

A held folder is known by its inode, not by its name, and carries a shared lock (flock(2)) that builds respect: what
they replace stays on the disk, beside the new folder, until nobody holds it any longer. Neither side waits for the
other. Where the system knows no such locks, a held folder may lose its files, and opening them fails.
"""

import contextlib
import os
import re
import stat
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class HeldFolder:
    """The folder that *path* named when it was opened; raises OSError where there is none."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._number = os.open(path, _FOLDER)
        while True:
            _lock(self._number, exclusive=False)
            # Between opening and locking, a build may have replaced the folder and seen no lock: then it is doomed.
            if _is_same(self.path, self._number) or not self.path.is_dir():
                return
            os.close(self._number)
            self._number = os.open(path, _FOLDER)

    def open(self, path: str) -> BinaryIO:
        """Open the regular file at *path*, steps divided by slashes; OSError where there is none, or a link.

        A link may stand nowhere on the way, so that no path leads out of the folder.
        """
        *steps, name = path.split("/")
        if ".." in (*steps, name):
            raise FileNotFoundError(path)
        folder = self._number
        try:
            for step in steps:
                inner = os.open(step, _FOLDER | getattr(os, "O_NOFOLLOW", 0), dir_fd=folder)
                if folder != self._number:
                    os.close(folder)
                folder = inner
            number = os.open(name, _FILE, dir_fd=folder)
        finally:
            if folder != self._number:
                os.close(folder)
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise FileNotFoundError(path)
        return os.fdopen(number, "rb")

    def size(self, path: str) -> int:
        """Return the bytes of the file at *path*; raise OSError where there is none."""
        return os.stat(path, dir_fd=self._number, follow_symlinks=False).st_size

    def place(self) -> Path:
        """Return where the folder is now: at its path, or beside it under the name that a build gave it."""
        aside = re.compile(rf"\.{re.escape(self.path.name)}\.[0-9.]+old")
        beside = (path for path in self.path.parent.iterdir() if aside.fullmatch(path.name))
        return next((path for path in (self.path, *beside) if _is_same(path, self._number)), self.path)

    def close(self, files: Collection[str] = ()) -> None:
        """Hold the folder no longer; where a build has put it aside and nobody else holds it, remove its *files*."""
        try:
            place = self.place()
            if place != self.path and _lock(self._number, exclusive=True):
                _remove(place, files)
        except OSError:
            pass  # the next build removes what is left
        finally:
            os.close(self._number)


def is_held(folder: Path) -> bool:
    """Return True if somebody holds *folder*."""
    try:
        number = os.open(folder, _FOLDER)
    except OSError:
        return False
    try:
        return not _lock(number, exclusive=True)
    finally:
        os.close(number)


def _lock(number: int, exclusive: bool) -> bool:
    """Lock the open folder *number*; return False if others have locked it, True also where there are no locks."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(number, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _is_same(path: Path, number: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(number))
    except OSError:
        return False


def _remove(folder: Path, files: Collection[str]) -> None:
    """Remove *files* from *folder*, and every folder that is then empty."""
    for path in files:
        (folder / path).unlink(missing_ok=True)
    for inner in sorted({parent for file in files for parent in Path(file).parents}, key=lambda p: -len(p.parts)):
        with contextlib.suppress(OSError):
            (folder / inner).rmdir()
