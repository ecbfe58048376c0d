"""How many connections a server holds."""

from dataclasses import dataclass

SPARE = 64
"""Connections beyond the limit that are answered all the same: at /health as ever, elsewhere with 503."""


@dataclass(frozen=True)
class ConnectionLimits:
    """How many connections there may be in *total*, and of them for one client: its *share*."""

    total: int = 512
    share: int = 256
