"""Replace a folder as a whole or not at all, whatever happens on the way.

A folder is replaced only if everything in it is known to be ours: one foreign file, link or folder in it, and nothing
is touched.
"""

import ctypes
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

from efa_lod.errors import CannotWrite, in_german

Ownership = Callable[[Path], Callable[[str], bool] | None]
"""Given a folder, the test whether a file in it, named by its path from there with slashes, is one that we wrote.

None when nothing shows that the folder is ours.
"""
SYSTEM_FILES = frozenset([".DS_Store", "Thumbs.db", "desktop.ini"])
"""Files that systems put into a folder when it is looked at; they hold nothing of anybody's."""
_MOST_NAMED = 3
"""Most foreign things that a message names."""


class NotReplaced(Exception):
    """Raised inside ``replacing`` to leave what was there as it is."""


@contextmanager
def replacing(out: Path, ownership: Ownership) -> Iterator[Path]:
    """Give a new folder beside *out* to write to, and put it in the place of *out* when all went well.

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
        yield fresh
        _refuse_foreign(out, ownership)  # a build takes its time, and somebody may have put something there meanwhile
        _swap(fresh, out)
        is_done = True
    except NotReplaced:
        return
    except OSError as error:
        raise CannotWrite(
            f"{error.filename or out}: cannot be written: {error.strerror}",
            f"{error.filename or out}: lässt sich nicht schreiben: {in_german(error)}",
        ) from error
    finally:
        try:
            shutil.rmtree(fresh, ignore_errors=True)
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
        old = out.with_name(f".{out.name}.{os.getpid()}.old")
        out.rename(old)
        try:
            fresh.rename(out)
        except OSError:
            old.rename(out)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders at once with renameat2(2); return False where the system cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    at_cwd, exchange = -100, 2
    return bool(renameat2(at_cwd, os.fsencode(one), at_cwd, os.fsencode(other), exchange) == 0)


def _remove_leftovers(out: Path, ownership: Ownership) -> None:
    """Remove what builds that were killed have left beside *out*; restore *out* if one died between two renames."""
    for folder in out.parent.glob(f".{escape(out.name)}.*"):
        pid, _, kind = folder.name.removeprefix(f".{out.name}.").partition(".")
        if kind in ("new", "old") and pid.isdigit() and not _is_another(int(pid)):
            if kind == "old" and not out.exists():
                folder.rename(out)
            elif kind == "new" or not foreign_in(folder, ownership):
                shutil.rmtree(folder, ignore_errors=True)


def _is_another(pid: int) -> bool:
    """Tell whether *pid* runs and is not this process, which in a container may have the number of a dead one."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return pid != os.getpid()
