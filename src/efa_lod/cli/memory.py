"""Notice that there is no more memory, whatever Python calls it, and end quietly."""

import contextlib
import errno
import io
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

_STATUS = Path("/proc/self/status")


def memory_limit() -> int | None:
    """Return the most bytes that this process may address, or None where nothing bounds it."""
    try:
        import resource
    except ModuleNotFoundError:  # a system that knows no such limits
        return None
    except ImportError:  # it is there, and finds no room
        return 0
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def lacks_room(error: Exception) -> bool:
    """Return whether *error* comes from a lack of memory.

    Where memory is bounded, a compiled module may not be loaded, a thread may not begin, and a module that did without
    a part has no such attribute: what happens when most of the memory is used is taken for its lack.
    """
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    limit = memory_limit()
    if limit is None:
        return False
    is_compiled = isinstance(error, ImportError) and str(error.path or "").endswith(tuple(EXTENSION_SUFFIXES))
    return is_compiled or _most_used() > limit // 2


def _most_used() -> int:
    """Return the most bytes that this process has addressed so far; 0 where the system does not say."""
    try:
        lines = _STATUS.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmPeak:")), 0)


def load_what_complains() -> None:
    """Load, where memory is bounded, the module of Python that prints what it could not load.

    Raise MemoryError where it has not become whole.
    """
    if memory_limit() is None:
        return
    with contextlib.redirect_stderr(io.StringIO()):
        import hashlib
    if not hasattr(hashlib, "sha256"):
        raise MemoryError


def end_quietly(error: Exception) -> None:
    """Free what *error* holds, and say no more: what Python cannot tidy up at its end is no news."""
    chain: BaseException | None = error
    while chain is not None:
        chain.__traceback__, chain = None, chain.__cause__ or chain.__context__
    if sys.stderr is sys.__stderr__:  # not where a test reads it
        for name in ("stderr", "__stderr__"):
            setattr(sys, name, None)
