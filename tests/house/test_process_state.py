"""The guard that tests leave the process as they found it."""

import decimal
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.process_state import process_state


def _round_to(places: int) -> None:
    decimal.getcontext().prec = places


HANG_UP = signal.getsignal(signal.SIGHUP)
"""What the end of a terminal does; nothing where the run was begun by nohup."""
CHANGES: dict[str, tuple[Callable[[pytest.MonkeyPatch], object], Callable[[], object]]] = {
    "the working folder": (lambda patch: patch.chdir(Path(__file__).parent), list),
    "the environment": (lambda patch: patch.setenv("EFA_LOD_LEFT", "1"), list),
    "the collector of reference cycles": (lambda patch: gc.freeze(), gc.unfreeze),
    "what signals do": (
        lambda patch: signal.signal(signal.SIGHUP, lambda number, frame: None),
        lambda: signal.signal(signal.SIGHUP, HANG_UP),
    ),
    "an alarm": (
        lambda patch: signal.setitimer(signal.ITIMER_REAL, 1000),
        lambda: signal.setitimer(signal.ITIMER_REAL, 0),
    ),
    "the log": (lambda patch: logging.disable(logging.CRITICAL), lambda: logging.disable(logging.NOTSET)),
    "the search path of modules": (lambda patch: patch.syspath_prepend("nowhere"), list),
    "what hears of errors": (lambda patch: patch.setattr(sys, "excepthook", print), list),
    "how decimals are rounded": (lambda patch: _round_to(5), lambda: _round_to(28)),
    "how long a connection waits": (lambda patch: socket.setdefaulttimeout(5), lambda: socket.setdefaulttimeout(None)),
    "input and output": (lambda patch: patch.setattr(sys, "stdout", sys.stderr), list),
}
"""What changes a part of the state, and what takes that back where the test cannot."""


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_test_leaves_changed_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part of the state differs once it was changed, and is as before when that is taken back."""
    change, take_back = CHANGES[name]
    before = process_state()
    change(monkeypatch)
    after = process_state()
    monkeypatch.undo()
    take_back()

    assert decimal.Decimal(1) / 3  # leaves a flag, which is nobody's matter
    assert [name] == [one for one in before if before[one] != after[one]]
    assert before == process_state()
