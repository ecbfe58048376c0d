"""What the processes of one run of the suite have in common: folders that one of them makes, and the machine."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

IS_SHARED = "PYTEST_XDIST_WORKER" in os.environ
"""Whether other processes run tests of the same run."""
_HERE = Path(__file__)
_TURN, _ROOM = _HERE, _HERE.with_name("speed.py")
"""Files that stand for the turn to begin a test and for the machine; nothing is written into them."""


@contextmanager
def locked(file: Path, is_exclusive: bool = True) -> Iterator[None]:
    """Hold a lock on *file*, which many may hold at a time unless it *is_exclusive*."""
    with file.open("rb") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX if is_exclusive else fcntl.LOCK_SH)
        yield


@contextmanager
def on_the_machine(is_alone: bool) -> Iterator[None]:
    """Run a test beside those of other processes, or *is_alone*.

    Who waits to be alone keeps the turn meanwhile, so that no test begins that it would have to wait for too.
    """
    with ExitStack() as room:
        if IS_SHARED:
            with locked(_TURN):
                room.enter_context(locked(_ROOM, is_alone))
        yield


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder *name* that the first process of a run that needs it has let *make* fill."""
    base = factory.getbasetemp()
    place = (base.parent if IS_SHARED else base) / f"once-{name}"
    place.mkdir(exist_ok=True)
    folder, done = place / name, place / "done"
    (place / "lock").touch()
    with locked(place / "lock"):
        if not done.exists():
            make(folder)
            done.touch()
    return folder
