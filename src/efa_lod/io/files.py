"""Open what people name as a file: regular files, and no more of them than fits.

A device never ends, and a named pipe may never begin; neither is opened to find out. Standard input is no matter of
this room.
"""

import errno
import os
import stat
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from efa_lod.errors import BrokenInput, in_german
from efa_lod.io.messages import Bilingual, Messages

MAX_WHOLE = 256_000_000
"""Most bytes of a file, or of standard input, that are held in memory as a whole."""

_MOST_BESIDE = 10_000
"""Most names of a folder that are compared with that of a file that is not there."""
_OPENING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_READING = Messages(__file__, "reading")
_A_FILE: Bilingual = ("name a file", "eine Datei angeben")
_A_DEVICE: Bilingual = ("a device", "ein Gerät")
_KINDS: tuple[tuple[Callable[[int], bool], Bilingual, Bilingual], ...] = (
    (stat.S_ISDIR, ("a folder", "ein Ordner"), ("name a file in it", "eine Datei darin angeben")),
    (
        stat.S_ISFIFO,
        ("a named pipe", "eine benannte Pipe"),
        (
            "pipe it to standard input, with -, or write it to a file first",
            "mit - von der Standardeingabe lesen oder erst in eine Datei schreiben",
        ),
    ),
    (stat.S_ISCHR, _A_DEVICE, _A_FILE),
    (stat.S_ISBLK, _A_DEVICE, _A_FILE),
    (stat.S_ISSOCK, ("a socket", "ein Socket"), _A_FILE),
)


def opened(path: Path, name: str | None = None) -> BinaryIO:
    """Return the file *path* opened for reading, at once whatever it is.

    *name* is how messages call it. Raise BrokenInput when it cannot be opened or is no regular file.
    """
    name = name or str(path)
    if not name.isprintable():  # it could not stand in a line of a report
        raise _READING.broken("unshowable-name", name)
    try:
        number = os.open(path, _OPENING)
    except FileNotFoundError as error:
        raise (missing_file(name) if name == str(path) else _unreadable(name, error)) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise _unreadable(name, error) from error
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(number, "rb")
    os.close(number)
    found = ((kind, remedy) for test, kind, remedy in _KINDS if test(mode))
    kind, remedy = next(found, (("no file", "keine Datei"), _A_FILE))
    raise _READING.broken("no-file", name, kind=kind, remedy=remedy)


def read_whole(stream: BinaryIO, name: str, most: int = MAX_WHOLE) -> bytes:
    """Return all that *stream* still has; raise BrokenInput when it is more than *most* bytes or cannot be read."""
    try:
        data = stream.read(most + 1)
    except OSError as error:
        raise _unreadable(name, error) from error
    if len(data) > most:
        raise _too_long(name, most)
    return data


def whole_file(path: Path, name: str | None = None, most: int = MAX_WHOLE) -> bytes:
    """Return the content of the file *path*; raise BrokenInput as ``opened`` and ``read_whole`` do."""
    name = name or str(path)
    with opened(path, name) as stream:
        if os.fstat(stream.fileno()).st_size > most:
            raise _too_long(name, most)
        return read_whole(stream, name, most)


def _too_long(name: str, most: int) -> BrokenInput:
    return _READING.broken("too-long-file", name, most=most)


def _unreadable(name: str, error: OSError | ValueError) -> BrokenInput:
    """Return the error for a file that the system does not give; a ValueError is about a NUL in its name."""
    if isinstance(error, OSError):
        return _READING.broken("unreadable", name, reason=(error.strerror or str(error), in_german(error)))
    return _READING.broken("unreadable", name, reason=("a NUL in its name", "ein Nullzeichen im Namen"))


def missing_file(name: str) -> BrokenInput:
    """Return the error for a file called *name* that is not there, with the file beside it that is meant, if any."""
    from difflib import get_close_matches  # takes time that is needed only where a file is missing

    folder, wanted = os.path.split(name)
    try:
        with os.scandir(folder or ".") as entries:
            beside = [entry.name for entry in islice(entries, _MOST_BESIDE)]
    except (OSError, ValueError):
        beside = []
    near = [os.path.join(folder, one) for one in get_close_matches(wanted, sorted(beside), 1, 0.75)]  # noqa: PTH118 – as it was written
    hint = (f"; perhaps {near[0]} is meant", f"; gemeint ist wohl {near[0]}") if near else ("", "")
    reason = (f"{os.strerror(errno.ENOENT)}{hint[0]}", f"gibt es nicht{hint[1]}")
    return _READING.broken("unreadable", name, reason=reason)


def refuse_links_out(path: Path, folder: Path, name: str) -> None:
    """Raise BrokenInput when a symbolic link leads from *path*, which stands in *folder*, to a place outside of it."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        raise _READING.broken("link-out", name, folder=folder)


def write_whole(path: Path, content: bytes) -> None:
    """Write *content* to *path* so that it is there whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)


def real_path(path: Path) -> Path:
    """Return *path* without links, as far as it leads; a link to itself stays, and is told when it is opened."""
    return Path(os.path.realpath(path))
