"""Recognise what stands in a row of the page: addresses, numbers, dates, silence, remarks, labels and names.

The page's language is German and its habits are few; each is a pattern in what is known of the page. Nothing is
interpreted that no pattern names: what remains of a row is a label, or prose for a maintainer to read.
"""

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple
from urllib.parse import unquote

from efa_lod.extras import extra
from efa_lod.model.languages import MONTHS
from efa_lod.overview.description import Habits, PageDescription
from efa_lod.overview.lines import Link
from efa_lod.overview.rows import PageRow
from efa_lod.overview.typography import plain

PROSE = 200
"""A row with more characters than this is prose."""

_MONTHS = MONTHS["de"]
_MONTH = "(?:" + "|".join(_MONTHS) + ")"
_YEAR = r"(?:19|20)\d\d"
_DAY = rf"\d{{1,2}}\.\s?(?:\d{{1,2}}\.\s?|{_MONTH}\s){_YEAR}"
_TIME = rf"(?:(?:Ende|Anfang|Mitte)\s)?(?:{_DAY}|{_MONTH}\s{_YEAR}|\d{{1,2}}/{_YEAR}|{_YEAR}-\d\d(?:-\d\d)?|{_YEAR})"

AS_OF = re.compile(rf"\(?\b(?:Stand|Datenstand|Stand der Angaben)\s?:?\s(?:vom\s|im\s)?({_TIME})\)?")
DEADLINE = re.compile(rf"\b(?:[Bb]is|befristet auf|längstens)\s(?:zum\s|einschließlich\s|spätestens\s)*({_TIME})\b")
DATE = re.compile(rf"(?<![\w/.-])({_TIME})(?![\w/]|-\d)")
EMAIL = re.compile(
    r"(?P<intro>\b(?:E-?Mail|Mail)(?:-?Adresse)?\s?:?\s?)?"
    r"(?P<address>[A-Za-z0-9][\w.+-]{0,63}\s?(?:@|\[at\]|\(at\))\s?(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63})"
)
_NUMBER_INTRO = re.compile(r"\b(?:Telefon|Tel\.|Tel|Telefax|Fax|Mobil|Hotline|Rufnummer)\s?:?\s?$")
_INTRODUCED_NUMBER = re.compile(r"\b(?:Telefon|Tel\.|Hotline|Mobil)\s?:?\s?(\+?[\d(][\d ()/.-]{4,}\d)")


@dataclass(frozen=True)
class Item:
    """Something recognised in a row.

    *kind* is one of ``ITEM_KINDS``; *text* is as printed, *value* the form that records have (E.164, ISO dates, a value
    status), *target* where a link leads, *start* its place in the row's text.
    """

    kind: str
    text: str
    value: str = ""
    target: str = ""
    start: int = 0


ITEM_KINDS = ("silence", "email", "telephone", "asOf", "deadline", "date", "launch", "access", "label", "name", "prose")


class _Span(NamedTuple):
    item: Item
    start: int
    end: int


@lru_cache(maxsize=1024)
def items(row: PageRow) -> tuple[Item, ...]:
    """Return what is recognised in *row*, in the order of the text."""
    found: list[_Span] = []
    if status := silence(row.text, row.about):
        found.append(_Span(Item("silence", row.text, status), 0, 0))
    for finder in (_emails, _telephones, _times, partial(_remarks, row.about.habits)):
        found += [span for span in finder(row.text) if not any(_overlap(span, other) for other in found)]
    taken = [span for span in found if span.end > span.start]
    linked = list(_linked(row, taken))
    found += linked
    if is_prose(row.text):
        found.append(_Span(Item("prose", row.text), 0, 0))
    elif not (status and not linked):
        found += _rest(row, [*taken, *linked])
    return tuple(span.item for span in sorted(found, key=lambda s: (s.item.start, ITEM_KINDS.index(s.item.kind))))


def silence(text: str, about: PageDescription) -> str:
    """Return the value status of a row that says nothing yet, or an empty text."""
    found = (status for pattern, status in about.silences if pattern.fullmatch(text))
    return "" if is_prose(text) else next(found, "")


@lru_cache(maxsize=4096)
def is_prose(text: str) -> bool:
    """Return whether *text* is sentences rather than items."""
    return len(text) > PROSE or len(re.findall(r"[a-zäöüß]{3}[.!?](?= [A-ZÄÖÜ])", text)) > 1


@lru_cache(maxsize=1024)
def status_of(row: PageRow) -> str:
    """Return the value status of *row*: the kind of silence, or stated."""
    return silence(row.text, row.about) or "stated"


def lost_behind(label: str, row: PageRow) -> str:
    """Return what the copy has lost of *label* in *row*: after a colon something of which the kind is unknown."""
    return "unknownValue" if re.search(rf"{re.escape(label)}\s?:(?!\s?\S*@)", plain(row.text)) else "linkTarget"


def _emails(text: str) -> Iterator[_Span]:
    for match in EMAIL.finditer(text):
        address = re.sub(r"\s?(?:@|\[at\]|\(at\))\s?", "@", match["address"])
        yield _Span(Item("email", match["address"], address, start=match.start("address")), match.start(), match.end())


def _telephones(text: str) -> Iterator[_Span]:
    """Yield the numbers that a German telephone would dial, and what is called a number but is none."""
    with extra("sources"):
        import phonenumbers
    free = EMAIL.sub(lambda match: " " * len(match[0]), text)
    free = DATE.sub(lambda match: " " * len(match[0]), free)
    spans: list[_Span] = []
    for match in phonenumbers.PhoneNumberMatcher(free, "DE"):
        value = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        intro = _NUMBER_INTRO.search(text[: match.start])
        start = intro.start() if intro else match.start
        spans.append(_Span(Item("telephone", match.raw_string, value, start=match.start), start, match.end))
    yield from spans
    for called in _INTRODUCED_NUMBER.finditer(free):
        span = _Span(Item("telephone", called[1], "", start=called.start(1)), called.start(), called.end())
        if not any(_overlap(span, other) for other in spans):
            yield span


@lru_cache(maxsize=1024)
def dialled(printed: str) -> str:
    """Return the E.164 form of a German number as *printed*, or an empty text when it is none."""
    return next((span.item.value for span in _telephones(printed)), "")


def _times(text: str) -> Iterator[_Span]:
    """Yield as-of dates, deadlines and other dates; each date once, as the first kind that it fits."""
    spans: list[_Span] = []
    for kind, pattern in (("asOf", AS_OF), ("deadline", DEADLINE), ("date", DATE)):
        for match in pattern.finditer(text):
            value = iso_time(match[1], last=kind == "deadline")
            span = _Span(Item(kind, match[0].strip("()"), value, start=match.start(1)), match.start(), match.end())
            if not any(_overlap(span, other) for other in spans):
                spans.append(span)
    yield from spans


def iso_time(text: str, last: bool = False) -> str:
    """Return *text* – a day, month or year in German – as ISO 8601; with *last* always the last day that it covers."""
    part, rest = next(((p, text[len(p) + 1 :]) for p in ("Ende", "Anfang", "Mitte") if text.startswith(p)), ("", text))
    year, month, day = _parsed_time(rest)
    if last and not day:
        month = month or {"Anfang": 1, "Mitte": 6}.get(part, 12)
        day = calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0
    return f"{year}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def _parsed_time(text: str) -> tuple[int, int, int]:
    """Return year, month and day of *text*; what it does not say is 0."""
    if iso := re.fullmatch(rf"({_YEAR})-(\d\d)(?:-(\d\d))?", text):
        return int(iso[1]), int(iso[2]), int(iso[3] or 0)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if month := next((i for i, name in enumerate(_MONTHS, 1) if name in text), 0):
        return numbers[-1], month, numbers[0] if len(numbers) > 1 else 0
    day, month = {1: (0, 0), 2: (0, numbers[0]), 3: (numbers[0], numbers[1] if len(numbers) > 2 else 0)}[len(numbers)]
    return numbers[-1], month, day


def _remarks(habits: Habits, text: str) -> Iterator[_Span]:
    if is_prose(text):
        return
    if launch := habits.launch.search(text):
        yield _Span(Item("launch", launch[0], "announced", start=launch.start()), launch.start(), launch.end())
        return
    if access := habits.access.search(text):
        yield _Span(
            Item("access", access["note"], "RESTRICTED", start=access.start("note")), access.start(), access.end()
        )


def _linked(row: PageRow, taken: Iterable[_Span]) -> Iterator[_Span]:
    """Yield the labels of links other than addresses, in their places."""
    taken = list(taken)
    at = 0
    for link in row.links:
        start = row.text.find(link.label, at) if link.label else -1
        if start < 0:
            continue
        span = _Span(_linked_item(link, start), start, start + len(link.label))
        if not any(_overlap(span, other) for other in taken):
            yield span
            at = span.end


def _linked_item(link: Link, start: int) -> Item:
    """Return what *link* gives: an address or a number that only its target tells, or a label that leads somewhere."""
    scheme, _, rest = link.target.partition(":")
    value = unquote(rest.partition("?")[0])
    if scheme == "mailto":
        return Item("email", link.label, value, link.target, start)
    if scheme == "tel":
        return Item("telephone", link.label, dialled(value), link.target, start)
    return Item("label", link.label, target=link.target, start=start)


def _rest(row: PageRow, taken: Iterable[_Span]) -> Iterator[_Span]:
    """Yield what is left of a row of items: names before a colon, and labels."""
    at = 0
    for start, end in [*sorted((span.start, span.end) for span in taken), (len(row.text), len(row.text))]:
        yield from _labels(row, at, start)
        at = max(at, end)


def _labels(row: PageRow, start: int, end: int) -> Iterator[_Span]:
    """Yield the labels and names in a stretch of *row*, parted by glue, by the ends of blocks and by colons."""
    habits = row.about.habits
    for at, piece in _split(row.text[start:end], habits.glue):
        for at2, block in _blocks(piece, row.pieces):
            for at3, part in _split(block, habits.website):
                yield from _names(part, start + at + at2 + at3)


def _names(text: str, start: int) -> Iterator[_Span]:
    """Yield *text* as names when it ends with a colon, else as one label."""
    if not re.search(r"\w", text):
        return
    if not text.rstrip().endswith(":"):
        label = text.strip(" ,.")
        yield _span("label", label, start + text.index(label))
        return
    at = 0
    for name in re.split(r"(?<=:)\s", text.rstrip()):
        begin = text.index(name, at)
        at = begin + len(name)
        yield _span("name", name.rstrip(": "), start + begin)


def _span(kind: str, text: str, start: int) -> _Span:
    return _Span(Item(kind, text, start=start), start, start + len(text))


def _split(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield the pieces of *text* between the matches of *pattern*, each with its place."""
    at = 0
    for match in pattern.finditer(text):
        yield at, text[at : match.start()]
        at = match.end()
    yield at, text[at:]


def _blocks(text: str, pieces: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield *text* cut where one of the row's blocks ends in it."""
    at = 0
    for piece in pieces:
        begin = text.find(piece, at)
        if len(pieces) > 1 and begin >= 0:
            yield at, text[at:begin]
            yield begin, piece
            at = begin + len(piece)
    yield at, text[at:]


def _overlap(one: _Span, other: _Span) -> bool:
    return one.start < other.end and other.start < one.end


@lru_cache(maxsize=16384)
def mention_places(name: str, text: str) -> tuple[int, ...]:
    """Return where *text* names *name* as words of its own, with a blank or a hyphen between them."""
    loose = _loose(name)
    if not loose or loose.count("(") != loose.count(")"):
        return ()
    return tuple(match.start() for match in re.finditer(rf"(?<![\w@.]){re.escape(loose)}(?!\w)", _loose(text)))


def _loose(text: str) -> str:
    return plain(EMAIL.sub(lambda match: " " * len(match[0]), text)).replace("-", " ")
