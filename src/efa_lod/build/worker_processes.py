"""Processes that take one item of work after another by a pipe of their own, and end with the process that began them.

Loaded where several processes share the work; one process needs nothing of it.
"""

import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib import import_module
from itertools import islice
from multiprocessing import reduction
from multiprocessing.connection import wait
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from efa_lod.build.processes import AHEAD, WorkerDied, cycles_collected_between
from efa_lod.errors import CannotWrite
from efa_lod.io.messages import Messages, reason

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_ERRORS = Messages(__file__, "errors")

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def _with_stop(items: Iterable[_Item]) -> Iterator[_Item | Exception]:
    """Yield *items*, and what ends them if it is an error."""
    try:
        yield from items
    except Exception as error:
        yield error


def _keep_freed_memory() -> None:
    """Have glibc keep freed memory for the next item: giving it back and asking anew costs a tenth of the time.

    Other C libraries are left as they are.
    """
    import ctypes

    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    for option, size in _KEPT.items():
        set_option(option, size)


_KEPT = {-1: 1 << 28, -2: 1 << 24, -3: 1 << 25}
"""M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD of mallopt(3), in bytes."""


class Workers:
    """Several processes at work, and a thread for each that hands items over."""

    def __init__(self, size: int, module: str) -> None:
        self._size = size
        self._all: list[_Worker] = []
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._threads = ThreadPoolExecutor(size)
        try:
            for _ in range(size):
                with _undisturbed():
                    self._all.append(_Worker(module))
                self._idle.put(self._all[-1])
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """End all processes, whatever they are doing, and then the threads, which have nobody to wait for."""
        with _undisturbed():
            self._threads.shutdown(wait=False, cancel_futures=True)
            for worker in self._all:
                worker.end()
            self._threads.shutdown()
            for worker in self._all:
                worker.close()

    def each(
        self, work: Callable[[_Item], _Result], items: Iterable[_Item], name: Callable[[_Item], str]
    ) -> Iterator[_Result]:
        """Yield what *work*, which must be one that pickles, makes of each of *items*, in order.

        Raise what ``ProcessPool.each`` does.
        """
        _keep_freed_memory()
        pickled = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
        for worker in self._all:
            worker.take(pickled)
        given = _with_stop(items)
        waiting = deque(self._begun(islice(given, self._size * AHEAD), name))
        while waiting:
            yield waiting.popleft().result()
            waiting += self._begun(islice(given, 1), name)

    def _begun(self, items: Iterable[_Item | Exception], name: Callable[[_Item], str]) -> Iterator["Future[Any]"]:
        """Yield what will be the result of each of *items*, or the error in its place."""
        for item in items:
            if isinstance(item, Exception):
                future: Future[Any] = Future()
                future.set_exception(item)
                yield future
            else:
                yield self._threads.submit(self._result, item, name)

    def _result(self, item: _Item, name: Callable[[_Item], str]) -> Any:
        worker = self._idle.get()
        try:
            found = worker(item)
        except (EOFError, OSError) as error:
            raise WorkerDied(*_ERRORS("worker-killed", item=name(item))) from error
        finally:
            self._idle.put(worker)
        if isinstance(found, Exception):
            raise found
        return found


class _Worker:
    """A process that takes one item after another, by a pipe of its own.

    The pipe ends with the process. In a ProcessPoolExecutor all share one, and the reader waits for ever for the rest
    of a result when a process is killed while it hands it over. What is large in a result goes through a file without a
    name, which both sides have open: a pipe would copy it four times.
    """

    def __init__(self, module: str) -> None:
        # Not forked: a fork leaves the threads of this process behind, with whatever they hold.
        context = multiprocessing.get_context("spawn")
        self._work: bytes | None = None
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, module), daemon=True)
        try:
            self._large = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 – open as long as the process
            self._process.start()
            reduction.send_handle(self._pipe, self._large.fileno(), self._process.pid)
        except OSError as error:
            raise WorkerDied(*_ERRORS("no-worker", reason=reason(error))) from error
        theirs.close()

    def take(self, work: bytes) -> None:
        """Set what is to be done with the items from now on; it goes to the process with the next of them."""
        self._work = work

    def __call__(self, item: Any) -> Any:
        """Return what becomes of *item* or what the work raised; raise OSError or EOFError if the process is gone."""
        self._pipe.send((self._work, item))
        self._work = None
        sizes: list[int] = self._pipe.recv()
        return pickle.loads(self._pipe.recv_bytes(), buffers=_read(self._large.fileno(), sizes))

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join(_LONGEST_END)

    def close(self) -> None:
        """Close the ways to it, which nobody may be using."""
        self._pipe.close()
        self._large.close()


_LONGEST_END = 5
"""Seconds to wait for the end of a process that was killed."""
_STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C and the like wait until a process has begun, which for its part does not hear of them."""
    heard: list[int] = []
    handlers: dict[int, Any] = {}
    before: Iterable[int] = ()
    if threading.current_thread() is threading.main_thread():  # the only one in which they are handled
        handlers = {stop: signal.signal(stop, lambda number, frame: heard.append(number)) for stop in _STOPS}
    if hasattr(signal, "pthread_sigmask"):  # what is blocked here, a new process does not hear from its first moment on
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # when it begins, it would unblock them
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for stop, handler in handlers.items():
            signal.signal(stop, handler)
        for stop in heard:
            signal.raise_signal(stop)


def _serve(pipe: "Connection[Any, Any]", module: str) -> None:
    """Take work and then items from *pipe*, and give results; end with the process at the other side."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _keep_freed_memory()
    with suppress(EOFError, ConnectionError), cycles_collected_between() as collect:  # until the other side is gone
        large = reduction.recv_handle(pipe)
        import_module(module)
        work = None
        while True:
            other, item = pipe.recv()
            if other:
                work = pickle.loads(other)
            found = _result_of(work, item)
            _hand_over(pipe, large, found)
            del item, found
            collect()


def _result_of(work: Any, item: Any) -> Any:
    """Return what *work* makes of *item*, or what it raises."""
    try:
        return work(item)
    except Exception as error:
        error.add_note(traceback.format_exc())
        return error


def _hand_over(pipe: "Connection[Any, Any]", large: int, found: Any) -> None:
    """Send *found* to the other side: the buffers in it by the file *large*, all else by *pipe*."""
    buffers: list[pickle.PickleBuffer] = []
    try:
        small = pickle.dumps(found, pickle.HIGHEST_PROTOCOL, buffer_callback=buffers.append)
        _write(large, buffers)
    except OSError as error:
        buffers = []
        small = pickle.dumps(CannotWrite(*_ERRORS("unwritable", tempfile.gettempdir(), reason=reason(error))))
    pipe.send([buffer.raw().nbytes for buffer in buffers])
    pipe.send_bytes(small)


def _write(file: int, buffers: Iterable[pickle.PickleBuffer]) -> None:
    """Write *buffers* to the beginning of *file*, one after another."""
    at = 0
    for buffer in buffers:
        rest = buffer.raw()
        while rest:
            written = os.pwrite(file, rest, at)
            at, rest = at + written, rest[written:]


def _read(file: int, sizes: Sequence[int]) -> list[bytes]:
    """Return what was written to the beginning of *file*, in pieces of *sizes*; raise OSError when it is not there."""
    found = []
    at = 0
    for size in sizes:
        data = os.pread(file, size, at)
        while len(data) < size:
            more = os.pread(file, size - len(data), at + len(data))
            if not more:
                raise OSError("a file is shorter than what was written to it")
            data += more
        found.append(data)
        at += size
    return found


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)
