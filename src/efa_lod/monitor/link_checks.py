"""Ask the links of the data, several hosts at a time and one address of a host after the other."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.http import Fetcher
from efa_lod.monitor.landing import land
from efa_lod.monitor.links import Address, Observation

Resolve = Callable[[str], bool | None]
"""Return whether mail to a domain has somewhere to go; ``None`` when that cannot be told."""


def check_links(
    addresses: Sequence[Address],
    fetcher: Fetcher,
    today: date,
    resolve: Resolve | None = None,
    jobs: int = 8,
    progress: Callable[[], object] = lambda: None,
) -> dict[str, Observation]:
    """Ask *addresses*, several hosts at a time and one address of a host after the other; return what each showed."""
    by_host: dict[str, list[Address]] = {}
    for address in addresses:
        by_host.setdefault(address.host, []).append(address)
    look = _Look(fetcher, today, resolve or has_mail_host, progress)
    found: dict[str, Observation] = {}
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for done in as_completed([pool.submit(look.at_all, group) for group in by_host.values()]):
            found.update(done.result())
    return {address.url: found[address.url] for address in addresses}


@dataclass(frozen=True)
class _Look:
    fetcher: Fetcher
    today: date
    resolve: Resolve
    progress: Callable[[], object]

    def at_all(self, addresses: Sequence[Address]) -> dict[str, Observation]:
        """Return what each of *addresses*, all of one host, shows."""
        found = {}
        for address in addresses:
            found[address.url] = self._at_mail(address) if address.is_mail else self._at(address)
            self.progress()
        return found

    def _at(self, address: Address) -> Observation:
        try:
            landing = land(self.fetcher, address.url)
        except NotFetched as error:
            outcome = OUTCOME_OF_REASON.get(error.reason, "unreachable")
            return Observation(self.today, outcome, detail=str(error).removeprefix(f"{address.url}: "))
        answer = landing.answer
        return Observation(
            self.today,
            landing.outcome or outcome_of(answer.status),
            answer.status,
            "" if landing.outcome else landing.moved_to,
            round(answer.seconds, 3),
            answer.certificate_ends,
            landing.detail,
        )

    def _at_mail(self, address: Address) -> Observation:
        known = self.resolve(address.host)
        outcome = {True: "answers", False: "no-host", None: "unreachable"}[known]
        detail = {True: "", False: "no MX, A or AAAA record", None: "names cannot be looked up here"}[known]
        return Observation(self.today, outcome, detail=detail)


OUTCOME_OF_REASON = {"name": "no-host", "robots": "forbidden"}
"""What a failed request says of the link; everything else may lie on the way there."""


def outcome_of(status: int) -> str:
    """Return what the HTTP *status* of the last answer says of the link."""
    if status < 400:
        return "answers"
    if status in (404, 410):
        return "gone"
    return "unreachable" if status >= 500 or status in (408, 425, 429) else "forbidden"


def has_mail_host(domain: str) -> bool | None:
    """Return whether *domain* has an MX, A or AAAA record; without the library dnspython, only the latter are seen."""
    try:
        resolver, errors = import_module("dns.resolver"), import_module("dns.exception")
    except ModuleNotFoundError:
        return _has_address(domain)
    for record in ("MX", "A", "AAAA"):
        try:
            resolver.resolve(domain, record, lifetime=5)
            return True
        except resolver.NoAnswer:
            continue
        except resolver.NXDOMAIN:
            return False
        except (errors.DNSException, OSError):
            return None
    return False


def _has_address(domain: str) -> bool | None:
    """Return True where *domain* has an address; it may have an MX record all the same where it has none."""
    try:
        return bool(socket.getaddrinfo(domain, 25, proto=socket.IPPROTO_TCP))
    except OSError:
        return None
