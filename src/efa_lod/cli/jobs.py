"""What commands with much to read have: how many processes share the work, and how far it is."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

_LARGE = 10_000_000
"""Bytes of input from which on a progress bar is shown and several processes share the work."""
_MOST_JOBS = 4
"""Processes that are begun unasked; each takes some 60 MB."""


def _sizes(files: Sequence[str]) -> list[int]:
    """Return the bytes of those of *files* that are regular files."""
    return [os.stat(file).st_size for file in files if os.path.isfile(file)]  # noqa: PTH113, PTH116 – any name


def jobs_for(chosen: int | None, files: Sequence[str]) -> int:
    """Return the number of processes that was *chosen*, or the one that suits *files*."""
    if chosen or sum(_sizes(files)) < _LARGE:
        return chosen or 1
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_JOBS, here)


@contextlib.contextmanager
def progress(files: Sequence[str]) -> Iterator[Callable[[int, int], None]]:
    """Yield a progress callback for the reading of *files*; shows a bar with rate and remaining time on a terminal."""
    sizes = _sizes(files)
    if not sys.stderr.isatty() or len(sizes) < len(files) or sum(sizes) < _LARGE:
        yield lambda size, records: None
        return
    import time

    began = time.monotonic()
    bar: Any
    with click.progressbar(
        length=sum(sizes),
        file=sys.stderr,
        item_show_func=lambda records: (
            f"{records:,} records, {records / max(time.monotonic() - began, 1e-3):,.0f}/s" if records else None
        ),
    ) as bar:
        yield lambda size, records: bar.update(size, records)
