"""Say how far answers help a reader: each question of the pages, its possible answers, and which one a state has.

The answers of all questions are graded by one scale, ``USEFULNESS_SIGNS``, so that a sign and a colour say the same on
the map, in its table and in the comparison. The words of questions, answers and grades stand in ``texts/facts.toml``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.io.messages import text_table
from efa_lod.model.record_values import Thing
from efa_lod.site.comparison import STATUSES, USEFULNESS, USEFULNESS_SIGNS, StateSummary

_TEXTS = text_table(__file__, "facts")


@dataclass(frozen=True)
class FactAnswer:
    """An answer on the map: how far it helps (a key of ``USEFULNESS_SIGNS``), and the words for it by language."""

    level: str
    words: Mapping[str, str]

    @property
    def sign(self) -> str:
        """Return the sign for how far the answer helps."""
        return USEFULNESS_SIGNS[self.level]


@dataclass(frozen=True)
class Fact:
    """What the map can be coloured by: a name for its parts, its question by language, the answer for a state."""

    name: str
    question: Mapping[str, str]
    answers: Mapping[str, FactAnswer]
    kind: Callable[[StateSummary], str]
    """Returns which of the answers a state has."""

    def of(self, line: StateSummary) -> FactAnswer:
        """Return the answer for the state in *line*."""
        return self.answers[self.kind(line)]


def _contact(line: StateSummary) -> str:
    if any(one.get("email") and one.get("telephone") for one in line.contacts):
        return "both"
    if line.reachable("email"):
        return "mail"
    if line.reachable("telephone"):
        return "telephone"
    if line.contacts:
        return "website" if any(line.websites.values()) else "lost"
    return "other" if line.statuses.get("contact") == "notApplicable" else "none"


def _offers(line: StateSummary) -> str:
    status = line.statuses.get("services", "")
    return _best_of([*line.catalogues, *line.further], "other" if status == "notApplicable" else "none")


def _services(line: StateSummary) -> str:
    """Return how far what is said of finding services helps: a catalogue, or else somebody to ask, or else a text."""
    if any(one.get("email") or one.get("telephone") for one in line.services_contacts):
        otherwise = "asked"
    else:
        otherwise = _BY_STATUS.get(line.statuses.get("services", ""), "none")
    return _best_of(line.catalogues, otherwise)


def _further(line: StateSummary) -> str:
    return _best_of(line.further, _BY_STATUS.get(line.statuses.get("furtherMarketplace", ""), "none"))


_BY_STATUS = {"stated": "described", "linkLost": "lost", "notYetAvailable": "announced", "notApplicable": "other"}
"""The answer on offers where no offer is named, by the status of the row."""


def _best_of(offers: Sequence[Thing], otherwise: str) -> str:
    """Return the best that *offers* give, or *otherwise* where there are none."""
    live = [offer for offer in offers if offer.get("launchStatus") != "announced"]
    with_address = [offer for offer in live if offer.get("link") or offer.get("homepage") or offer.get("subjectOf")]
    if any(offer.get("scope") == "nationwide" for offer in with_address):
        return "nationwide"
    if with_address:
        return "own" if any(offer.get("scope") == "state" for offer in with_address) else "unknown"
    if live:
        return "lost" if any(offer.get("name") for offer in live) else "mentioned"
    return "announced" if offers else otherwise


def _finance(line: StateSummary) -> str:
    status = line.statuses.get("financing", "empty")
    rules = [one for one in line.provisions if one.get("paidBy")]
    if status == "stated" and rules and all(one in line.ended for one in rules):
        return "ended"
    return status if status in STATUSES else "empty"


def _term(line: StateSummary) -> str:
    if len(line.dated) > len(line.ended):
        return "running"
    return "ended" if line.ended else "undated"


def _answers(name: str, levels: Mapping[str, str]) -> dict[str, FactAnswer]:
    """Return the answers of the question *name*, whose *levels* of usefulness are given, by their names."""
    return {kind: FactAnswer(level, _TEXTS["answers"][name][kind]) for kind, level in levels.items()}


def _fact(name: str, answers: Mapping[str, FactAnswer], kind: Callable[[StateSummary], str]) -> Fact:
    return Fact(name, _TEXTS["questions"][name], answers, kind)


_CONTACT_LEVELS = {
    "both": "usable",
    "mail": "usable",
    "telephone": "usable",
    "website": "indirect",
    "lost": "unreachable",
    "other": "notApplicable",
    "none": "nothing",
}
_OFFER_LEVELS = {
    "nationwide": "usable",
    "own": "usable",
    "unknown": "usable",
    "lost": "unreachable",
    "mentioned": "unreachable",
    "asked": "usable",
    "described": "indirect",
    "announced": "pending",
    "other": "notApplicable",
    "none": "nothing",
}
_FINANCE_LEVELS = {
    "stated": USEFULNESS["stated"],
    "ended": "ended",
    **{status: USEFULNESS[status] for status in ("linkLost", "notYetAvailable", "notApplicable", "empty")},
}
_TERM_LEVELS = {"running": "usable", "ended": "ended", "undated": "nothing"}
_OFFER_ANSWERS = _answers("offers", _OFFER_LEVELS)
FACTS = (
    _fact("contact", _answers("contact", _CONTACT_LEVELS), _contact),
    _fact("offers", _OFFER_ANSWERS, _offers),
    _fact("finance", _answers("finance", _FINANCE_LEVELS), _finance),
    _fact("term", _answers("term", _TERM_LEVELS), _term),
)
"""What the map and the table of the start page show, in the order of the questions of a reader.

What has ended had ended on the day of the last comparison; the page asks no clock.
"""
COMPARED: Mapping[str, Fact] = {
    "contact": FACTS[0],
    "services": _fact("services", _OFFER_ANSWERS, _services),
    "furtherMarketplace": _fact("furtherMarketplace", _OFFER_ANSWERS, _further),
    "financing": FACTS[2],
}
"""What the comparison shows of the four questions of the overview page."""
GRADES: Mapping[str, Mapping[str, Mapping[str, str]]] = _TEXTS["grades"]
"""What each grade of usefulness is called, and what it means, by language."""
