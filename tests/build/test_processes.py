"""Processes: results in the order of the items whatever their number, and one line when something breaks."""

import gc
import os
import re
import signal
from collections.abc import Iterator
from pickle import PickleBuffer
from typing import Any

import pytest

from conftest import children
from efa_lod.build.processes import ProcessPool, WorkerDied, cycles_collected_between
from efa_lod.errors import CannotWrite

LARGE = 3_000_000
"""Bytes of a result that is larger than what a pipe or a read takes at once."""


def squared(item: int) -> int:
    """Return the square of *item*."""
    return item * item


def in_buffers(item: int) -> dict[str, Any]:
    """Return a result with large, small and empty buffers."""
    return {
        "large": PickleBuffer(bytes([item]) * (LARGE + item)),
        "small": PickleBuffer(b"x" * item),
        "none": PickleBuffer(b""),
        "plain": bytes([item]),
    }


def failing(item: int) -> int:
    """Raise what a file system raises for item 3, and for others nothing."""
    if item == 3:
        raise FileNotFoundError(2, "No such file", "x")
    return item


def dying(item: int) -> int:
    """Kill the process at item 3."""
    if item == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def too_large(item: int) -> PickleBuffer:
    """Return a result for which there is no room."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
    return PickleBuffer(b"x" * LARGE)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_results_come_in_the_order_of_the_items(size: int) -> None:
    """One process or several, the results are the same, and no process stays."""
    before = children()
    with ProcessPool(size) as team:
        assert [i * i for i in range(40)] == list(team.each(squared, range(40), str))
        assert [] == list(team.each(squared, [], str))
        assert [1, 4] == list(team.each(squared, [1, 2], str))

    assert before == children()


def test_buffers_arrive_as_they_were() -> None:
    """What is large does not go through the pipe, and arrives as bytes; results that wait are not overwritten."""
    with ProcessPool(2) as team:
        found = list(team.each(in_buffers, range(12), str))

    for item, one in enumerate(found):
        assert bytes([item]) * (LARGE + item) == one["large"]
        assert (b"x" * item, b"", bytes([item])) == (one["small"], one["none"], one["plain"])
        assert {bytes} == {type(value) for value in one.values()}


@pytest.mark.parametrize("size", [1, 2])
def test_what_the_work_raises_comes_in_its_turn(size: int) -> None:
    """An error of the file system within the work is that error, and not the death of a process."""
    found: list[int] = []
    with ProcessPool(size) as team, pytest.raises(FileNotFoundError):
        found.extend(team.each(failing, range(9), str))
    with ProcessPool(size) as team, pytest.raises(ZeroDivisionError):
        list(team.each(squared, (1 // (2 - i) for i in range(5)), str))


def test_a_killed_process_is_told_with_the_item() -> None:
    """The message names the item, and nothing hangs."""
    before = children()
    with ProcessPool(2) as team, pytest.raises(WorkerDied, match="worked on item 3 – is the memory full"):
        list(team.each(dying, range(9), lambda item: f"item {item}"))

    assert before == children()


def test_a_full_disk_is_told() -> None:
    """Where a large result cannot be written for the other side, one line says where."""
    import tempfile

    where = re.escape(tempfile.gettempdir())
    with ProcessPool(2) as team, pytest.raises(CannotWrite, match=f"{where}: cannot be written: File too large"):
        list(team.each(too_large, range(2), str))


def test_processes_begin_with_the_block_and_end_with_it() -> None:
    """They are there before there is work, none for one job, and gone whatever ends the block."""
    before = children()
    with ProcessPool(1):
        assert before == children()
    with pytest.raises(KeyboardInterrupt), ProcessPool(3, "efa_lod.errors"):
        assert 3 == len(children() - before)
        raise KeyboardInterrupt

    assert before == children()


def test_no_more_is_taken_than_can_be_worked_on() -> None:
    """Whoever stops in between leaves the rest of the items where they are."""
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    with ProcessPool(2) as team:
        found = team.each(squared, items(), str)
        assert [0, 1] == [next(found), next(found)]

    assert len(taken) <= 6


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_afterwards_as_it_was(enabled: bool) -> None:
    """Restore the collector of reference cycles, for the process may be that of another program."""
    (gc.enable if enabled else gc.disable)()
    try:
        with cycles_collected_between() as collect:
            assert (gc.isenabled(), callable(collect)) == (False, True)
        assert (gc.isenabled(), gc.get_freeze_count()) == (enabled, 0)
    finally:
        gc.enable()
