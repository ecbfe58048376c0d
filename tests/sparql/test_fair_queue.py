"""The queue for workers: who has cost least lately goes first, the oldest of those, and nothing grows without end."""

import asyncio

import pytest

from efa_lod.sparql.fair_queue import HALF_LIFE_S, MOST_ACCOUNTS, Account, Fading, FairQueue, Ledger, account_of


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


def test_the_order_is_that_of_debts_then_of_age() -> None:
    """The least debt goes first, then who came first; who has left is passed over."""

    async def act() -> list[str]:
        ledger = Ledger(Clock())
        ledger.charge(Account("much", ""), 5, 0)
        ledger.charge(Account("little", ""), 1, 0)
        queue: FairQueue[str] = FairQueue(ledger)
        places = {}
        for name in ("much", "little", "none-1", "left", "none-2"):
            places[name] = asyncio.get_running_loop().create_future()
            queue.put(places[name], Account(name, ""))
        places["left"].cancel()
        names = {place: name for name, place in places.items()}
        order = []
        while place := queue.next():
            order.append(names[place])
        return order

    assert ["none-1", "none-2", "little", "much"] == asyncio.run(act())


def test_debts_are_forgotten() -> None:
    """After a half-life half of it counts."""
    clock = Clock()
    ledger = Ledger(clock)
    ledger.charge(Account("a", "q"), 8, 4)
    clock.now += 2 * HALF_LIFE_S

    assert 3 == pytest.approx(ledger.owed(Account("a", "q")))


def test_who_asks_much_and_costly_things_is_indebted() -> None:
    """Neither a small query asked often nor one costly query of a newcomer makes a debt, only both together."""
    ledger = Ledger(Clock())
    for _ in range(5000):
        ledger.charge(Account("busy", "small"), 0.001, 0.001)
    ledger.charge(Account("newcomer", "costly"), 0.5, 0.5)

    assert [False, False, True, False] == [
        ledger.is_indebted(Account(client, shape))
        for client, shape in (
            ("busy", "small"),
            ("newcomer", "costly"),
            ("busy", "costly"),
            ("other", "small"),
        )
    ]


def test_accounts_are_bounded() -> None:
    """However many clients come, only the largest accounts are kept."""
    fading = Fading(Clock())
    fading["hostile"] = 100
    for number in range(3 * MOST_ACCOUNTS):
        fading[f"client {number}"] = 0.001

    assert 100 == pytest.approx(fading["hostile"])
    assert len(fading) <= MOST_ACCOUNTS


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("2001:db8::1", ""), ("2001:db8::ffff:2", ""), (True, True)),
        (("2001:db8::1", ""), ("2001:db8:0:1::1", ""), (False, True)),
        (("192.0.2.1", ""), ("192.0.2.2", ""), (False, True)),
        (("192.0.2.1", "ASK { } # 1"), ("192.0.2.1", "ASK {}\n# another"), (True, True)),
        (("192.0.2.1", "ASK { ?a ?b 'x' }"), ("192.0.2.1", "ASK { ?c $d  'yz' }"), (True, False)),
        (("192.0.2.1", "ASK { ?a ?b 'x' }"), ("192.0.2.1", "ASK { ?c ?d  'yz' }"), (True, True)),
        (("192.0.2.1", "SELECT * { ?a ?b ?c } LIMIT 5"), ("192.0.2.1", "SELECT * { ?a ?b ?c } LIMIT 77"), (True, True)),
        (("192.0.2.1", "SELECT * { ?a ?b ?c }"), ("192.0.2.1", "SELECT ?a { ?a ?b ?c }"), (True, False)),
    ],
)
def test_accounts_know_clients_and_shapes_again(
    one: tuple[str, str], other: tuple[str, str], same: tuple[bool, bool]
) -> None:
    """A network of 64 bits is one client, and a number or a comment makes no new query."""
    first, second = account_of(*one), account_of(*other)

    assert same == (first.client == second.client, first.shape == second.shape)
