"""What a push may do, and what it refuses."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from efa_lod.errors import EfaLodError


class NotDelivered(EfaLodError):
    """What was meant is not what would be there; what people read is as it was."""


@dataclass(frozen=True)
class PushOptions:
    """What a push may do: *allowed* names what may vanish; with *force* everything may, and values may change.

    With *dry_run* nothing is sent; *progress* hears how many of how many bytes are sent.
    """

    dry_run: bool = False
    force: bool = False
    allowed: Collection[str] = ()
    progress: Callable[[int, int], None] = lambda sent, whole: None


def refuse_loss(place: str, lost: list[str]) -> None:
    """Raise NotDelivered where anything is *lost*, which nobody allowed to go."""
    if not lost:
        return
    named, more = ", ".join(lost[:_FEW]), len(lost) - _FEW
    rest, german = (f" and {more:,} more", f" und {more:,} weitere") if more > 0 else ("", "")
    raise NotDelivered(
        f"{place}: {len(lost):,} things would vanish ({named}{rest}) – nothing was sent; allow each with"
        " --allow-removal IRI, or all with --force",
        f"{place}: {len(lost):,} Dinge würden verschwinden ({named}{german}) – nichts wurde gesendet; erlauben Sie"
        " jedes mit --allow-removal IRI oder alle mit --force",
    )


_FEW = 5
