"""Open what people name as a file: regular files, and no more of them than fits.

A device never ends, and a named pipe may never begin; neither is opened to find out. Standard input is no matter of
this room.
"""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from efa_lod.errors import BrokenInput

MAX_WHOLE = 256_000_000
"""Most bytes of a file, or of standard input, that are held in memory as a whole."""

_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_KINDS = (
    (stat.S_ISDIR, "a folder", "name a file in it"),
    (stat.S_ISFIFO, "a named pipe", "pipe it to standard input, with -, or write it to a file first"),
    (stat.S_ISCHR, "a device", "name a file"),
    (stat.S_ISBLK, "a device", "name a file"),
    (stat.S_ISSOCK, "a socket", "name a file"),
)


def opened(path: Path, name: str | None = None) -> BinaryIO:
    """Return the file *path* opened for reading, at once whatever it is.

    *name* is how messages call it. Raise BrokenInput when it cannot be opened or is no regular file.
    """
    name = name or str(path)
    if not name.isprintable():  # it could not stand in a line of a report
        raise BrokenInput(f"{name}: a name with signs that cannot be shown – rename the file")
    try:
        number = os.open(path, _READING)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise BrokenInput(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(number, "rb")
    os.close(number)
    kind, remedy = next(((kind, remedy) for test, kind, remedy in _KINDS if test(mode)), ("no file", "name a file"))
    raise BrokenInput(f"{name}: cannot be read: expected a file, found {kind} – {remedy}")


def whole(stream: BinaryIO, name: str, most: int = MAX_WHOLE) -> bytes:
    """Return all that *stream* still has; raise BrokenInput when it is more than *most* bytes or cannot be read."""
    try:
        data = stream.read(most + 1)
    except OSError as error:
        raise BrokenInput(f"{name}: cannot be read: {error.strerror}") from error
    if len(data) > most:
        raise _too_long(name, most)
    return data


def whole_file(path: Path, name: str | None = None, most: int = MAX_WHOLE) -> bytes:
    """Return the content of the file *path*; raise BrokenInput as ``opened`` and ``whole`` do."""
    name = name or str(path)
    with opened(path, name) as stream:
        if os.fstat(stream.fileno()).st_size > most:
            raise _too_long(name, most)
        return whole(stream, name, most)


def _too_long(name: str, most: int) -> BrokenInput:
    return BrokenInput(f"{name}: longer than {most:,} bytes – split it")


def refuse_links_out(path: Path, folder: Path, name: str) -> None:
    """Raise BrokenInput when a symbolic link leads from *path*, which stands in *folder*, to a place outside of it."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        raise BrokenInput(f"{name}: a symbolic link leads out of {folder} – put the file itself there")
