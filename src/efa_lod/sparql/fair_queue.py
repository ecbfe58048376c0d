"""A queue of jobs in which those go first that have cost least lately: by who asks, and by what is asked."""

import asyncio
import hashlib
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, islice
from typing import Generic, TypeVar

from efa_lod.sparql.frames import LONGEST_REMEMBERED

HALF_LIFE_S = 30.0
"""Seconds after which half of what was used is forgotten."""
INDEBTED_S = 1.0
"""Seconds of the processor, used lately, from which on a client is told from others."""
COSTLY_S = 0.2
"""Seconds of the processor, used once lately, from which on a query is told from others."""
GRAIN_S = 0.01
"""Seconds of the processor by which two jobs must differ before the later goes first."""
SHAPE_CHARACTERS = 50_000
"""Characters of a query, from its beginning, by which its shape is known."""
MOST_ACCOUNTS = 4096
"""Clients and queries that are remembered; beyond it those with the smallest use are forgotten."""
_VARYING = re.compile(r"""#[^\n]*|[0-9\s]+|(?<=[?$])\w+|"[^"\n]*"|'[^'\n]*'""")

_Worker = TypeVar("_Worker")


@dataclass(frozen=True)
class Account:
    """On whose account a job goes: the *client* by its network address ("" for nobody), the *shape* of the query."""

    client: str
    shape: str


def account_of(client: str, query: str) -> Account:
    """Return the account of a *query* that *client* asks.

    Addresses of IPv6 count by their first 64 bits, which one client has for itself. The shape leaves out comments,
    numbers, texts, white space and names of variables, so that a query does not become another by one of these.
    """
    shape = _remembered_shape(query) if len(query) <= LONGEST_REMEMBERED else _shape_of(query)
    return Account(_network_of(client), shape)


def _shape_of(query: str) -> str:
    return hashlib.sha256(_VARYING.sub("", query[:SHAPE_CHARACTERS]).encode("utf-8", "replace")).hexdigest()


_remembered_shape = lru_cache(maxsize=512)(_shape_of)


@lru_cache(maxsize=1024)
def _network_of(client: str) -> str:
    """Return the network that one client has for itself: the first 64 bits of an address of IPv6, else all of it."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    is_long = isinstance(address, ipaddress.IPv6Address) and not address.ipv4_mapped
    return str(ipaddress.ip_network((address, 64), strict=False)) if is_long else client


class Fading:
    """Numbers by name, of which half is forgotten every HALF_LIFE_S; only the largest are kept."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._numbers: dict[str, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, name: str) -> float:
        now = self._clock()
        number, since = self._numbers.get(name, (0.0, now))
        return float(number * 0.5 ** ((now - since) / HALF_LIFE_S))

    def __setitem__(self, name: str, number: float) -> None:
        self._numbers[name] = (number, self._clock())
        if len(self._numbers) > MOST_ACCOUNTS:
            largest = sorted(self._numbers, key=self.__getitem__, reverse=True)[: MOST_ACCOUNTS // 2]
            self._numbers = {kept: self._numbers[kept] for kept in largest}


class Ledger:
    """What clients have used of the processor lately in all, and queries at most for one answer, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._by_client = Fading(clock)
        self._by_shape = Fading(clock)

    def charge(self, account: Account, seconds: float, total: float) -> None:
        """Put *seconds* more on *account*, for a job that has used *total* seconds so far."""
        if account.client and seconds > 0:
            self._by_client[account.client] += seconds
        if total > self._by_shape[account.shape]:
            self._by_shape[account.shape] = total

    def owed(self, account: Account) -> float:
        """Return what counts against a job of *account*, in seconds."""
        return self._by_client[account.client] + self._by_shape[account.shape]

    def is_indebted(self, account: Account) -> bool:
        """Return True for a costly query of a client that has used much, or of nobody.

        A small query from an address that many share, as behind a proxy, is not indebted.
        """
        spent = not account.client or self._by_client[account.client] > INDEBTED_S
        return spent and self._by_shape[account.shape] > COSTLY_S


class FairQueue(Generic[_Worker]):
    """Jobs that wait for a worker; the next is the one whose account owes least, then the oldest."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._by_account: dict[Account, dict[asyncio.Future[_Worker], int]] = {}
        self._numbers = count()

    def __len__(self) -> int:
        return sum(map(len, self._by_account.values()))

    def put(self, place: "asyncio.Future[_Worker]", account: Account) -> None:
        """Add the job that waits at *place*; it leaves the queue by itself when it waits no longer."""
        self._by_account.setdefault(account, {})[place] = next(self._numbers)
        place.add_done_callback(lambda done: self._remove(done, account))

    def _remove(self, place: "asyncio.Future[_Worker]", account: Account) -> None:
        places = self._by_account.get(account, {})
        places.pop(place, None)
        if not places:
            self._by_account.pop(account, None)

    def most_indebted(self) -> "tuple[asyncio.Future[_Worker], float] | None":
        """Return the job whose account owes most, and what they owe."""
        owed = {account: self._ledger.owed(account) for account in self._by_account}
        last = max(owed, key=lambda account: owed[account], default=None)
        return None if last is None else (next(iter(self._by_account[last])), owed[last])

    def next(self, also_indebted: bool = True) -> "asyncio.Future[_Worker] | None":
        """Take the job that goes first out of the queue; None where nobody waits, or only those who owe much."""
        ranked = [
            (self._ledger.owed(account) // GRAIN_S, number, place, account)
            for account, places in self._by_account.items()
            for place, number in islice(((place, number) for place, number in places.items() if not place.done()), 1)
            if also_indebted or not self._ledger.is_indebted(account)
        ]
        if not ranked:
            return None
        _, _, first, account = min(ranked)  # no two numbers are the same
        self._remove(first, account)
        return first
