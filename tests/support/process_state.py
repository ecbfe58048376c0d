"""What a process has only once, so that a test which leaves it changed lets another one fail by luck."""

import gc
import locale
import os
import signal
import sys

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE", "SIGALRM") if hasattr(signal, name)
)
_OF_PYTEST = "PYTEST_CURRENT_TEST"


def process_state() -> dict[str, object]:
    """Return what is to be the same before and after a test, by its name."""
    return {
        "the working folder": os.getcwd(),  # noqa: PTH109 – as a text
        "the environment": {name: value for name, value in os.environ.items() if name != _OF_PYTEST},
        "the collector of reference cycles": (gc.isenabled(), gc.get_freeze_count() > 0),
        "what signals do": {number.name: signal.getsignal(number) for number in _SIGNALS},
        "the locale": locale.setlocale(locale.LC_ALL),
        "the search path of modules": list(sys.path),
        "the limit of recursion": sys.getrecursionlimit(),
    }
