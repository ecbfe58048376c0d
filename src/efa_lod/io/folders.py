"""Replace a folder as a whole or not at all, whatever happens on the way."""

import ctypes
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

from efa_lod.errors import CannotWrite


class NotReplaced(Exception):
    """Raised inside ``replacing`` to leave what was there as it is."""


@contextmanager
def replacing(out: Path, mark: str) -> Iterator[Path]:
    """Give a new folder beside *out* to write to, and put it in the place of *out* when all went well.

    *mark* is the file by which a folder is known as one that may be replaced. Raise CannotWrite when *out* holds
    something else or cannot be written. NotReplaced, raised inside, ends the block and nothing more.
    """
    out = out.absolute()
    fresh = out.parent / f".{out.name}.{os.getpid()}.new"
    is_done = False
    try:
        if not _may_be_replaced(out, mark):
            raise CannotWrite(
                f"{out}: holds something that no build has written, so it is not replaced – name another folder with"
                " -o, or empty this one"
            )
        _remove_leftovers(out)
        fresh.mkdir(parents=True)
        yield fresh
        _swap(fresh, out)
        is_done = True
    except NotReplaced:
        return
    except OSError as error:
        raise CannotWrite(f"{error.filename or out}: cannot be written: {error.strerror}") from error
    finally:
        try:
            shutil.rmtree(fresh, ignore_errors=True)
        except KeyboardInterrupt:
            if not is_done:  # else what was asked for is there, and the next one removes what is left of the old
                raise


def _may_be_replaced(out: Path, mark: str) -> bool:
    """Tell whether *out* is not there, is empty, or is known by *mark*; a link to a folder is none of these."""
    if out.is_symlink():
        return False
    return not out.exists() or (out.is_dir() and ((out / mark).is_file() or not any(out.iterdir())))


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


def _remove_leftovers(out: Path) -> None:
    """Remove what builds that were killed have left beside *out*; restore *out* if one died between two renames."""
    for folder in out.parent.glob(f".{escape(out.name)}.*"):
        pid, _, kind = folder.name.removeprefix(f".{out.name}.").partition(".")
        if kind in ("new", "old") and pid.isdigit() and not _is_another(int(pid)):
            if kind == "old" and not out.exists():
                folder.rename(out)
            else:
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
