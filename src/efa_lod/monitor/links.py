"""Check the links in the data: which addresses answer, and since when one does not.

A single failure says little: hosts restart, and the way there may be closed. So each look is remembered, as quality
measurements in DQV terms, and a link is called dead only after ``DEAD_AFTER`` failures on different days. What answers
with "forbidden" is not dead, and what cannot be reached from here may be well elsewhere.
"""

import hashlib
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit

from efa_lod.errors import CannotWrite
from efa_lod.io.http import Fetcher, NotFetched
from efa_lod.io.reading import Document, Place
from efa_lod.model.context import Context
from efa_lod.model.records import things
from efa_lod.monitor.landing import land
from efa_lod.overview.watching import write_whole

if TYPE_CHECKING:
    import pyoxigraph as ox

VERDICTS = ("dead", "failing", "unreachable", "doubtful", "forbidden", "moved", "alive", "skipped")
"""What can be said of a link, the worst first."""
FAILURES = frozenset(["gone", "no-host"])
"""Outcomes that, repeated, mean that a link is dead."""
VERDICT_OF_OUTCOME = {
    "forbidden": "forbidden",
    "login": "forbidden",
    "consent": "doubtful",
    "not-found-page": "doubtful",
    "parked": "doubtful",
}
"""What a single look says for certain of what is neither alive nor a failure."""
DEAD_AFTER = 3
"""Failures on different days after which a link is dead."""
KEPT = 20
"""Most observations that are kept for a link."""
RESERVED = (".example", ".invalid", ".test", ".localhost", "example.org", "example.com", "example.net", "localhost")
"""Hosts that belong to nobody (RFC 2606, RFC 6761)."""


@dataclass(frozen=True)
class Address:
    """A link of the data: the *url* without its fragment, or the domain of mailboxes, and where it is written."""

    url: str
    places: tuple[Place, ...]

    @property
    def host(self) -> str:
        """Return the host that is asked."""
        return self.url.removeprefix("mailto:*@") if self.is_mail else urlsplit(self.url).netloc.lower()

    @property
    def is_mail(self) -> bool:
        """Tell whether this is the domain of mailboxes."""
        return self.url.startswith("mailto:*@")


@dataclass(frozen=True)
class Observation:
    """What one look at a link showed: the *outcome*, the status if any, and where a permanent redirect leads."""

    day: date
    outcome: str
    status: int = 0
    target: str = ""
    seconds: float = 0.0
    certificate_ends: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Checked:
    """A link with the verdict on it, the last look, and the day since which it fails."""

    address: Address
    verdict: str
    last: Observation | None
    since: date | None = None


History = Mapping[str, Sequence[Observation]]


# --- which links ------------------------------------------------------------------------------------------------------


def collected(documents: Iterable[Document], context: Context) -> list[Address]:
    """Return the links that ought to answer, sorted: all that stands under a key for references, and mail domains."""
    places: dict[str, list[Place]] = {}
    for document in documents:
        for url, place in _links(document, context):
            places.setdefault(url, []).append(place)
    return [Address(url, tuple(dict.fromkeys(found))) for url, found in sorted(places.items())]


def _links(document: Document, context: Context) -> Iterator[tuple[str, Place]]:
    for path, thing in things(document, context):
        for name, value in thing.items():
            form = context.keys[name].form if name in context.keys else ""
            for step, single in enumerate(value) if isinstance(value, list) else [(None, value)]:
                way = (*path, name) if step is None else (*path, name, step)
                if not isinstance(single, str):
                    continue
                if form == "iri" and single.startswith(("http://", "https://")):
                    if not single.startswith(context.base_iri):
                        yield urldefrag(single).url, document.place_of(way)
                elif name == "email" and "@" in single:
                    yield f"mailto:*@{single.rpartition('@')[2].lower()}", document.place_of(way)


def is_reserved(address: Address) -> bool:
    """Tell whether the host of *address* belongs to nobody, so that there is nothing to ask."""
    host = address.host.partition(":")[0]
    return any(host == name.lstrip(".") or host.endswith("." + name.lstrip(".")) for name in RESERVED)


def is_due(address: Address, history: History, today: date, max_age: int) -> bool:
    """Tell whether *address* is to be asked: it has not been within *max_age* days, or it failed on an earlier day."""
    seen = history.get(address.url, ())
    if not seen:
        return True
    age = (today - seen[-1].day).days
    return age >= max_age or (age > 0 and seen[-1].outcome in FAILURES)


# --- asking -----------------------------------------------------------------------------------------------------------

Resolve = Callable[[str], bool | None]
"""Tell whether mail to a domain has somewhere to go; ``None`` when that cannot be told."""


def check(
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
    """Tell whether *domain* has an MX, A or AAAA record; without the library dnspython, only the latter are seen."""
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


# --- judging ----------------------------------------------------------------------------------------------------------


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


def judged(address: Address, history: History) -> Checked:
    """Return the verdict on *address* from all that is remembered of it."""
    seen = history.get(address.url, ())
    if not seen:
        return Checked(address, "skipped", None)
    last = seen[-1]
    streak = _streak(seen)
    if last.outcome in FAILURES:
        dead = len({one.day for one in streak}) >= DEAD_AFTER
        return Checked(address, "dead" if dead else "failing", last, streak[0].day)
    if last.outcome == "unreachable":
        return Checked(address, "unreachable", last, streak[0].day)
    verdict = VERDICT_OF_OUTCOME.get(last.outcome) or ("moved" if last.target else "alive")
    return Checked(address, verdict, last)


def _streak(seen: Sequence[Observation]) -> list[Observation]:
    """Return the last observations that say the same kind of thing, in order; what could not be reached counts not."""
    failing = seen[-1].outcome in FAILURES
    streak: list[Observation] = []
    for one in reversed(seen):
        if failing and one.outcome == "unreachable":
            continue
        if (one.outcome in FAILURES) != failing or (not failing and one.outcome != seen[-1].outcome):
            break
        streak.insert(0, one)
    return streak


def nothing_reached(found: Mapping[str, Observation]) -> bool:
    """Tell whether no host could be reached at all, so that the fault is likely here and nothing is to be learnt."""
    return bool(found) and all(one.outcome in ("unreachable", "no-host") and not one.status for one in found.values())


# --- remembering ------------------------------------------------------------------------------------------------------

_DQV = "http://www.w3.org/ns/dqv#"
_DCT = "http://purl.org/dc/terms/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_HTTP = "http://www.w3.org/2011/http#"
_TYPES = {"day": "date", "status": "integer", "seconds": "decimal", "certificate_ends": "date"}
_METRIC = "urn:efa-lod:metric:answers"
_FIELDS: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("outcome", _DQV + "value", str),
    ("day", _DCT + "date", date.fromisoformat),
    ("status", _HTTP + "statusCodeValue", int),
    ("target", _DCT + "isReplacedBy", str),
    ("seconds", _DCT + "extent", float),
    ("certificate_ends", _DCT + "valid", str),
    ("detail", _RDFS + "comment", str),
)
"""Each field of an observation, the property it is remembered under, and how its text is read."""


def read_history(path: Path) -> dict[str, tuple[Observation, ...]]:
    """Return what is remembered in the N-Triples file *path*; nothing when it is not there or not readable."""
    import pyoxigraph as ox

    try:
        triples = list(ox.parse(path=str(path), format=ox.RdfFormat.N_TRIPLES))
    except (OSError, SyntaxError):
        return {}
    told: dict[str, dict[str, str]] = {}
    for triple in triples:
        told.setdefault(str(triple.subject), {})[triple.predicate.value] = triple.object.value
    found: dict[str, list[Observation]] = {}
    for values in told.values():
        if _DQV + "computedOn" in values:
            read = {name: convert(values[iri]) for name, iri, convert in _FIELDS if iri in values}
            found.setdefault(values[_DQV + "computedOn"], []).append(Observation(**read))
    return {url: tuple(sorted(seen, key=lambda one: one.day)) for url, seen in found.items()}


def write_history(path: Path, history: History) -> None:
    """Write *history* to *path* as N-Triples, sorted by link and day."""
    import pyoxigraph as ox

    text = ox.serialize(_history_triples(history), format=ox.RdfFormat.N_TRIPLES) or b""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be written: {error.strerror}") from error


def _history_triples(history: History) -> "Iterator[ox.Triple]":
    """Yield a dqv:QualityMeasurement for each observation, and the one metric that they share."""
    import pyoxigraph as ox

    def node(iri: str) -> ox.NamedNode:
        return ox.NamedNode(iri)

    rdf_type = node("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    yield ox.Triple(node(_METRIC), rdf_type, node(_DQV + "Metric"))
    for tag, text in (("de", "Ob eine Adresse antwortet"), ("en", "Whether an address answers")):
        yield ox.Triple(
            node(_METRIC), node("http://www.w3.org/2004/02/skos/core#definition"), ox.Literal(text, language=tag)
        )
    for url, seen in sorted(history.items()):
        for one in seen:
            measurement = node(f"urn:efa-lod:link:{hashlib.sha256(url.encode()).hexdigest()[:32]}:{one.day}")
            yield ox.Triple(measurement, rdf_type, node(_DQV + "QualityMeasurement"))
            yield ox.Triple(measurement, node(_DQV + "isMeasurementOf"), node(_METRIC))
            yield ox.Triple(measurement, node(_DQV + "computedOn"), node(url))
            for name, iri, _ in _FIELDS:
                if value := getattr(one, name):
                    datatype = node(_XSD + _TYPES.get(name, "string"))
                    yield ox.Triple(measurement, node(iri), ox.Literal(str(value), datatype=datatype))
