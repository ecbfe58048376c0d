"""What a process has only once, so that a test which leaves it changed lets another one fail by luck."""

import csv
import decimal
import gc
import locale
import logging
import os
import resource
import signal
import socket
import sys
import tempfile
import threading
from contextlib import suppress

with suppress(ImportError):  # pySHACL loads it, which then finds modules too, in whichever test is the first
    import importlib_metadata  # noqa: F401

_SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE", "SIGALRM", "SIGCHLD")
    if hasattr(signal, name)
)
_LIMITS = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)
_OF_PYTEST = "PYTEST_CURRENT_TEST"


def _is_of_a_library(finder: object) -> bool:
    """Return True for what a library adds when it is first imported, by whichever test that is."""
    return type(finder).__module__ == "importlib_metadata"


def process_state() -> dict[str, object]:
    """Return what is to be the same before and after a test, by its name."""
    return {
        "the working folder": os.getcwd(),  # noqa: PTH109 – as a text
        "the environment": {name: value for name, value in os.environ.items() if name != _OF_PYTEST},
        "the collector of reference cycles": (gc.isenabled(), gc.get_freeze_count() > 0, gc.get_threshold()),
        "what signals do": {number.name: signal.getsignal(number) for number in _SIGNALS},
        "signals that are held back": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "an alarm": signal.getitimer(signal.ITIMER_REAL),
        "the locale": locale.setlocale(locale.LC_ALL),
        "the log": (logging.root.level, logging.root.manager.disable),
        "the search path of modules": list(sys.path),
        "what finds modules": ([one for one in sys.meta_path if not _is_of_a_library(one)], list(sys.path_hooks)),
        "what hears of errors": (sys.excepthook, sys.unraisablehook, threading.excepthook),
        "the limit of recursion": sys.getrecursionlimit(),
        "limits of the system": [resource.getrlimit(which) for which in _LIMITS],
        "limits of texts": (sys.get_int_max_str_digits(), csv.field_size_limit()),
        "how decimals are rounded": str(decimal.getcontext()),
        "how long a connection waits": socket.getdefaulttimeout(),
        "the folder for temporary files": tempfile.gettempdir(),
        "input and output": (sys.stdin, sys.stdout, sys.stderr),
    }
