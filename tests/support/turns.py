"""Which process of a run takes which tests, and when: the longest files first, and last what has to be alone.

A file stays with one process, which makes what its tests share once. Tests that have to be alone go together, at the
end: before it, each would let the other processes wait.
"""

from typing import TYPE_CHECKING, Any

from support.speed import LONGEST, is_alone, is_slow

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling


def scope_of(identifier: str) -> str:
    """Return what the test with this *identifier* goes with: the tests of its file, or all that have to be alone."""
    return "alone" if is_alone(identifier) else identifier.partition("::")[0]


def turn_of(identifier: str) -> int:
    """Return when the test with this *identifier* comes; tests with the same number come as they were found."""
    if is_alone(identifier):
        return len(LONGEST) + 2
    file = identifier.partition("::")[0]
    return LONGEST.index(file) if file in LONGEST else len(LONGEST) + (not is_slow(identifier))


def in_turns(config: Any, log: Any) -> "LoadScopeScheduling":
    """Return what hands out the tests of a run in the order in which they were sorted."""
    from xdist.scheduler import LoadScopeScheduling

    class Turns(LoadScopeScheduling):  # type: ignore[misc]
        """Hands out one scope after the other."""

        def _split_scope(self, nodeid: str) -> str:
            return scope_of(nodeid)

        def remove_node(self, node: Any) -> str | None:
            """Return the test during which *node* ended; it is not begun again, or it would end the next one too."""
            files = self.assigned_work[node].values()
            begun = next(((tests, test) for tests in files for test, is_done in tests.items() if not is_done), None)
            if begun is None:
                super().remove_node(node)
                return None
            tests, test = begun
            tests[test] = True
            super().remove_node(node)
            return str(test)

    config.option.loadscopereorder = False
    return Turns(config, log)
