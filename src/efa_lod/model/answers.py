"""Classify in one word what a reader gets from a row of the overview page, a contact, a catalogue or financing.

Records keep three questions apart: what the answer is (``valueStatus``), in what form it is given (``form``), and what
the copy of the page that was read has lost (``lost``). Whoever looks for a contact asks a fourth: is there anything to
go by?
"""

from collections.abc import Mapping

LOST = "linkLost"
"""The status of what the page has, but the copy of it does not."""
SELF_CONTAINED = frozenset({"address", "directContact", "procedure", "text"})
"""Forms of answers that are of use without the target of a link."""
LOST_NAMES: Mapping[str, str] = {"de": "genannt, Link verloren", "en": "named, link lost"}
"""What readers call that status; it is none of the ontology's."""
LOST_MEANING: Mapping[str, str] = {
    "de": "Die Übersichtsseite hat hier einen Link; unsere Textfassung enthält keine Linkziele.",
    "en": "The overview page has a link here; our text copy holds no link targets.",
}
"""What that status means."""
ROUTES = ("email", "telephone", "link")
END_KEYS = ("until", "untilMonth", "untilYear")
"""The keys that say when something ends: a day, a month or a year."""


def shown_status(thing: Mapping[str, object]) -> str:
    """Return the status that readers are told: that of the answer, or LOST where only the copy lacks what is needed."""
    if "announced" in _listed(thing.get("launchStatus")):
        return "notYetAvailable"
    usable = any(thing.get(route) for route in ROUTES) or bool(SELF_CONTAINED & set(_listed(thing.get("form"))))
    if thing.get("lost") and not usable:
        return LOST
    status = thing.get("valueStatus", "")
    return status if isinstance(status, str) else ""


def last_day(thing: Mapping[str, object]) -> str:
    """Return the last day on which *thing* applies as ISO 8601, be it given as a day, a month or a year, or nothing."""
    text = next((str(thing[key]) for key in END_KEYS if thing.get(key)), "")
    year, _, month = text.partition("-")
    if not (year.isdecimal() and (not month or month.isdecimal())):
        return text  # a day, or no time at all
    from calendar import monthrange  # most that ask for a status ask for no day

    last_month = int(month or 12)
    return f"{year}-{last_month:02}-{monthrange(int(year), last_month)[1]}" if 1 <= last_month <= 12 else text


def mention(thing: Mapping[str, object]) -> dict[str, str]:
    """Return the generic word by which the page speaks of *thing*, in quotation marks, where it has no name."""
    words = thing.get("mentionedAs")
    marks = {"de": "„{}“", "en": "“{}”"}
    if not isinstance(words, dict):
        return {}
    return {language: marks.get(language, "{}").format(text) for language, text in words.items()}


def _listed(value: object) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
