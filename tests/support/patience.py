"""How long tests wait for what has to come: longer than it takes on a busy machine.

What a test needs before it goes on is awaited, never hoped for after a pause.
"""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE_S = 60
"""Seconds after which what has not come never will, on a machine that has other work too."""
PAUSE_S = 0.02
"""Seconds between two looks."""


def awaited(condition: Callable[[], Found], what: str = "it did not come true", pause: float = PAUSE_S) -> Found:
    """Return what *condition* gives once that is true; fail with *what* when it never is. Look after each *pause*."""
    end = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < end, what
        time.sleep(pause)
    return found
