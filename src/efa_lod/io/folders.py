"""Replace a folder as a whole or not at all, whatever happens on the way.

A folder is replaced only if everything in it is known to be ours: one foreign file, link or folder in it, and nothing
is touched.
"""

import ctypes
import itertools
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from efa_lod.errors import CannotWrite, in_german
from efa_lod.io.held_folders import is_held

Ownership = Callable[[Path], Callable[[str], bool] | None]
"""Given a folder, the test whether a file in it, named by its path from there with slashes, is one that we wrote.

None when nothing shows that the folder is ours.
"""
SYSTEM_FILES = frozenset([".DS_Store", "Thumbs.db", "desktop.ini"])
"""Files that systems put into a folder when it is looked at; they hold nothing of anybody's."""
UNFINISHED = ".efa-lod-unfinished"
"""The file in a folder that a build has not finished: by it, what a killed build has left is known."""
_MOST_NAMED = 3
"""Most foreign things that a message names."""


class NotReplaced(Exception):
    """Raised inside ``replacing`` to leave what was there as it is."""


@contextmanager
def replacing(out: Path, ownership: Ownership) -> Iterator[Path]:
    """Yield a new folder beside *out* to write to, and put it in the place of *out* when all went well.

    *ownership* tells which files are ours. Raise CannotWrite when *out* holds anything else, before the block or by its
    end, or cannot be written. NotReplaced, raised inside, ends the block and nothing more.
    """
    out = out.absolute()
    fresh = out.parent / f".{out.name}.{os.getpid()}.new"
    is_done = False
    try:
        _refuse_foreign(out, ownership)
        _remove_leftovers(out, ownership)
        fresh.mkdir(parents=True)
        (fresh / UNFINISHED).touch()
        yield fresh
        _refuse_foreign(out, ownership)  # a build takes its time, and somebody may have put something there meanwhile
        (fresh / UNFINISHED).unlink()
        _swap(fresh, out)
        is_done = True
    except NotReplaced:
        return
    except OSError as error:
        where = str(error.filename or out).replace(str(fresh), str(out))  # nobody has named the new folder
        raise CannotWrite(
            f"{where}: cannot be written: {error.strerror}",
            f"{where}: lässt sich nicht schreiben: {in_german(error)}",
        ) from error
    finally:
        try:
            _discard(fresh, out)
        except KeyboardInterrupt:
            if not is_done:  # else what was asked for is there, and the next one removes what is left of the old
                raise


def _refuse_foreign(out: Path, ownership: Ownership) -> None:
    """Raise CannotWrite, which names what is foreign, unless *out* is not there, is empty or is all ours."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise CannotWrite(
            f"{out}: holds something that no build has written, so it is not replaced – name another folder with -o",
            f"{out}: ist kein Ordner, den ein Build geschrieben hat, und bleibt, wie es ist – nennen Sie einen anderen"
            " Ordner mit -o",
        )
    if not out.exists():
        return
    found = foreign_in(out, ownership)
    if found:
        named = ", ".join(found[:_MOST_NAMED])
        more = len(found) - _MOST_NAMED
        raise CannotWrite(
            f"{out}: holds something that no build has written ({named}{f' and {more:,} more' if more > 0 else ''}), so"
            " it is not replaced – name another folder with -o, or move that away",
            f"{out}: enthält etwas, das kein Build geschrieben hat ({named}"
            f"{f' und {more:,} weitere' if more > 0 else ''}), und bleibt, wie es ist – nennen Sie einen anderen Ordner"
            " mit -o, oder räumen Sie das weg",
        )


def foreign_in(folder: Path, ownership: Ownership) -> list[str]:
    """Return what *folder* holds that is not ours, as paths from there: all of it where nothing shows whose it is."""
    is_ours = ownership(folder)
    if is_ours is None:
        return sorted(child.name for child in folder.iterdir())
    return sorted(path for path in _leaves(folder) if not is_ours(path) and path.rpartition("/")[2] not in SYSTEM_FILES)


def _leaves(folder: Path) -> Iterator[str]:
    """Yield the files below *folder*, and with a slash at the end what is no file and holds none."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(folder / prefix) as entries:
            is_empty = True
            for entry in entries:
                is_empty = False
                path = f"{prefix}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                else:
                    yield path if entry.is_file(follow_symlinks=False) else f"{path}/"
        if is_empty and prefix:
            yield prefix


def _swap(fresh: Path, out: Path) -> None:
    """Put *fresh* in the place of *out* in one step; afterwards *fresh* is what was there, or gone."""
    if not out.exists():
        fresh.rename(out)
    elif not _exchanged(fresh, out):
        old = _aside(out)
        out.rename(old)
        try:
            fresh.rename(out)
        except OSError:
            old.rename(out)
            raise
        _discard(old, out)


def _discard(folder: Path, out: Path) -> None:
    """Remove *folder*, which stands beside *out*; one that a server still reads gets the name of an old one."""
    if not is_held(folder):
        shutil.rmtree(folder, ignore_errors=True)
    elif folder.name.endswith(".new"):
        folder.rename(_aside(out))


def _aside(out: Path) -> Path:
    """Return a free name beside *out* for what was there; the first has the number of this process alone."""
    names = itertools.chain(("",), (f"{number}." for number in itertools.count(1)))
    paths = (out.with_name(f".{out.name}.{os.getpid()}.{name}old") for name in names)
    return next(path for path in paths if not path.exists())


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders at once with renameat2(2); return False where the system cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    at_cwd, exchange = -100, 2
    return bool(renameat2(at_cwd, os.fsencode(one), at_cwd, os.fsencode(other), exchange) == 0)


def _remove_leftovers(out: Path, ownership: Ownership) -> None:
    """Remove what builds that were killed have left beside *out*; restore *out* if one died between two renames.

    What is not known to be a build's, or is still read by a server, stays.
    """
    leftover = re.compile(rf"\.{re.escape(out.name)}\.([0-9]+)\.(?:[0-9]+\.)?(new|old)")
    try:
        beside = [*out.parent.iterdir()]
    except OSError:  # not there yet, or not to be listed
        return
    for folder in beside:
        name = leftover.fullmatch(folder.name)
        if name is None or _is_another(int(name[1])) or folder.is_symlink() or not folder.is_dir():
            continue
        if name[2] == "old" and not out.exists():
            folder.rename(out)
        elif not is_held(folder) and (_is_unfinished(folder) or not foreign_in(folder, ownership)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_unfinished(folder: Path) -> bool:
    """Return True if a build made *folder* and was killed before it had finished: its mark is the oldest file in it.

    What somebody moved in is older than the mark.
    """
    mark = folder / UNFINISHED
    if not folder.name.endswith(".new") or mark.is_symlink() or not mark.is_file():
        return False
    began = mark.stat().st_mtime_ns
    leaves = [(folder / path).lstat() for path in _leaves(folder)]
    return all(S_ISDIR(leaf.st_mode) or (S_ISREG(leaf.st_mode) and leaf.st_mtime_ns >= began) for leaf in leaves)


def _is_another(pid: int) -> bool:
    """Return whether *pid* runs and is not this process, which in a container may have the number of a dead one."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return pid != os.getpid()
