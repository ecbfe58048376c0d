"""Judge a link from all that is remembered of it.

A single failure says little: hosts restart, and the way there may be closed. So each look is remembered, and a link is
called dead only after ``DEAD_AFTER`` failures on different days. What answers with "forbidden" is not dead, and what
cannot be reached from here may be well elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass
from efa_lod.monitor.links import FAILURE_OUTCOMES, Address, History, Observation

VERDICTS = ("dead", "failing", "unreachable", "doubtful", "forbidden", "moved", "alive", "skipped")
"""What can be said of a link, the worst first."""

KEPT = 20
"""Most observations that are kept for a link."""

DEAD_AFTER = 3
"""Failures on different days after which a link is dead."""

VERDICT_OF_OUTCOME = {
    "forbidden": "forbidden",
    "login": "forbidden",
    "consent": "doubtful",
    "not-found-page": "doubtful",
    "parked": "doubtful",
}
"""What a single look says for certain of what is neither alive nor a failure."""


@dataclass(frozen=True)
class LinkCheck:
    """A link with the verdict on it, the last look, and the day since which it fails."""

    address: Address
    verdict: str
    last: Observation | None
    since: date | None = None


def added(history: History, found: Mapping[str, Observation]) -> dict[str, tuple[Observation, ...]]:
    """Return *history* with what was *found*; one observation a day, and of a long row of equal ones the ends."""
    merged = {url: tuple(seen) for url, seen in history.items()}
    for url, observation in found.items():
        earlier = [seen for seen in merged.get(url, ()) if seen.day != observation.day]
        merged[url] = _shortened([*earlier, observation])
    return merged


def _shortened(seen: list[Observation]) -> tuple[Observation, ...]:
    """Drop what stands between ``DEAD_AFTER`` equal outcomes and the last of the same, and what is too old."""
    kept: list[Observation] = []
    for one in seen:
        same = [other for other in kept[-DEAD_AFTER:] if other.outcome == one.outcome]
        if len(same) == DEAD_AFTER:
            kept.pop()
        kept.append(one)
    return tuple(kept[-KEPT:])


def judged(address: Address, history: History) -> LinkCheck:
    """Return the verdict on *address* from all that is remembered of it."""
    seen = history.get(address.url, ())
    if not seen:
        return LinkCheck(address, "skipped", None)
    last = seen[-1]
    streak = _streak(seen)
    if last.outcome in FAILURE_OUTCOMES:
        dead = len({one.day for one in streak}) >= DEAD_AFTER
        return LinkCheck(address, "dead" if dead else "failing", last, streak[0].day)
    if last.outcome == "unreachable":
        return LinkCheck(address, "unreachable", last, streak[0].day)
    verdict = VERDICT_OF_OUTCOME.get(last.outcome) or ("moved" if last.target else "alive")
    return LinkCheck(address, verdict, last)


def _streak(seen: Sequence[Observation]) -> list[Observation]:
    """Return the last observations that say the same kind of thing, in order; what could not be reached counts not."""
    failing = seen[-1].outcome in FAILURE_OUTCOMES
    streak: list[Observation] = []
    for one in reversed(seen):
        if failing and one.outcome == "unreachable":
            continue
        if (one.outcome in FAILURE_OUTCOMES) != failing or (not failing and one.outcome != seen[-1].outcome):
            break
        streak.insert(0, one)
    return streak


def nothing_reached(found: Mapping[str, Observation]) -> bool:
    """Return whether no host could be reached at all, so that the fault is likely here and nothing is to be learnt."""
    return bool(found) and all(one.outcome in ("unreachable", "no-host") and not one.status for one in found.values())
