"""How fast the machine is while a test measures something on it, whatever else runs there."""

import os
import subprocess
import sys

BUSY = """
import time
began, end = time.perf_counter(), time.process_time() + 0.3
while time.process_time() < end:
    pass
print((time.perf_counter() - began) / 0.3)
"""


def slowness() -> float:
    """Return how many times longer than on an idle machine work takes now on each processor; at least 1."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    begun = [subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return max(1.0, *(float(one.communicate()[0]) for one in begun))
