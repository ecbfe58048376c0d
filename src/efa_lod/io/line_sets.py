"""Sort more lines than fit into memory: runs are sorted one by one, kept on disk, and merged as they are read."""

import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

RUN_BYTES = 128 << 20
"""Bytes of lines that are sorted at a time; what is in memory is some two times as much."""


class SortedLines:
    """A set of lines in the order of their bytes, without the ends of the lines; it can be read again and again.

    What does not fit into one run stands in files of *folder*.
    """

    def __init__(self, chunks: Iterable[list[bytes]], folder: Path, run_bytes: int = RUN_BYTES) -> None:
        self._folder = folder
        self._runs: list[Path] = []
        waiting: list[bytes] = []
        size = 0
        for chunk in chunks:
            waiting += chunk
            size += sum(map(len, chunk))
            if size >= run_bytes:
                self._write(waiting)
                waiting, size = [], 0
        if self._runs and waiting:
            self._write(waiting)
            waiting = []
        self._only = _ordered(waiting)

    def _write(self, lines: list[bytes]) -> None:
        path = self._folder / f"run-{id(self)}-{len(self._runs)}"
        with path.open("wb") as stream:
            stream.writelines(line + b"\n" for line in _ordered(lines))
        self._runs.append(path)

    def __iter__(self) -> Iterator[bytes]:
        """Yield each line once."""
        return _once(heapq.merge(*map(read_lines, self._runs))) if self._runs else iter(self._only)


def _ordered(lines: list[bytes]) -> list[bytes]:
    """Return the different ones of *lines* in order."""
    lines.sort()
    return list(_once(lines))


def _once(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line for line, _ in groupby(lines))


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of the file *path* without their ends."""
    with path.open("rb") as stream:
        for line in stream:
            yield line[:-1] if line.endswith(b"\n") else line


def differing(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield the lines that only one of two ordered sets holds, in order, each with True where it is the new one."""
    olds, news = iter(old), iter(new)
    one, other = next(olds, None), next(news, None)
    while one is not None and other is not None:
        if one == other:
            one, other = next(olds, None), next(news, None)
        elif one < other:
            yield False, one
            one = next(olds, None)
        else:
            yield True, other
            other = next(news, None)
    for line, rest, is_new in ((one, olds, False), (other, news, True)):
        if line is not None:
            yield is_new, line
            yield from ((is_new, further) for further in rest)
