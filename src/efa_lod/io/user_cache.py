"""Where the program keeps what it could make again: a folder of the user's own (XDG Base Directory Specification)."""

import os
from pathlib import Path


def user_cache(name: str) -> Path | None:
    """Return the folder *name* among those that the program keeps; None where the user has no folder of their own."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "efa-lod" / name  # noqa: PTH111 – does not fail
    return folder if folder.is_absolute() else None


def is_private(folder: Path) -> bool:
    """Return whether *folder* belongs to the user and nobody else may write to it."""
    found = folder.stat()
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def make_private(folder: Path) -> bool:
    """Make *folder* where it is missing, and return whether it is the user's alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return is_private(folder)
