"""Work on many items, one after another or on several processes at a time, with the results in the order of the items.

Nothing here knows what the work is. Items are taken no faster than results are, so memory stays bounded.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from efa_lod.errors import EfaLodError

if TYPE_CHECKING:
    from efa_lod.build.worker_processes import Workers

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

AHEAD = 2
"""How many items wait or are worked on for each process, so that none is idle and memory stays bounded."""


class WorkerDied(EfaLodError):
    """A process that worked on an item was killed, or could not begin."""


@contextmanager
def cycles_collected_between() -> Iterator[Callable[[], object]]:
    """Yield a function that collects reference cycles, which is then done between two items only.

    Within an item, the collector would walk again and again through what is live all the time. Afterwards it is as it
    was: the process may be that of a program which calls a command.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield gc.collect
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


class ProcessPool:
    """Processes that work on items, and a thread for each that hands them over; with one process, this one works.

    They begin with the ``with`` block and import *module*, what their work needs, while this process prepares it.
    """

    def __init__(self, size: int, module: str = __name__) -> None:
        self._size, self._module = size, module
        self._workers: Workers | None = None

    def __enter__(self) -> "ProcessPool":
        if self._size > 1:
            from efa_lod.build.worker_processes import Workers

            self._workers = Workers(self._size, self._module)
        return self

    def __exit__(self, *stop: object) -> None:
        """End all processes, whatever they are doing, and then the threads, which have nobody to wait for."""
        if self._workers:
            self._workers.end()

    def each(
        self, work: Callable[[_Item], _Result], items: Iterable[_Item], name: Callable[[_Item], str]
    ) -> Iterator[_Result]:
        """Yield what *work* makes of each of *items*, in order; for several processes, *work* must be one that pickles.

        What *work* or *items* raise is raised where it stands in the order; raise WorkerDied, with the *name* of the
        item, when a process is killed.
        """
        if self._workers:
            yield from self._workers.each(work, items, name)
            return
        with cycles_collected_between() as collect:
            for item in items:
                yield work(item)
                collect()
