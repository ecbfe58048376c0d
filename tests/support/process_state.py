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

_SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE", "SIGALRM", "SIGCHLD")
    if hasattr(signal, name)
)
_LIMITS = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)
_OF_PYTEST = "PYTEST_CURRENT_TEST"


def process_state() -> dict[str, object]:
    """Return what is to be the same before and after a test, by its name.

    What importing a module or a phase of pytest changes by itself is left out, such as finders of modules.
    """
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
        "what hears of errors": sys.excepthook,
        "the limit of recursion": sys.getrecursionlimit(),
        "limits of the system": [resource.getrlimit(which) for which in _LIMITS],
        "limits of texts": (sys.get_int_max_str_digits(), csv.field_size_limit()),
        "how decimals are rounded": (decimal.getcontext().prec, decimal.getcontext().rounding),
        "how long a connection waits": socket.getdefaulttimeout(),
        "the folder for temporary files": tempfile.gettempdir(),
        "input and output": (sys.stdin, sys.stdout, sys.stderr),
    }
