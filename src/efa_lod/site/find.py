"""Make the finder: its page, a page for each state key, and the volumes of the official register of municipalities."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from efa_lod.model.finder import FINDER_REASONS, Finder, finder, state_of_key, words_of
from efa_lod.model.gazetteer import Gazetteer, RegisterPlace
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.record_values import Thing
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.comparison import StateSummary
from efa_lod.site.guidance import way_on
from efa_lod.site.lists import ON_A_PAGE, chunks, in_order_of_name
from efa_lod.site.page import Entry, Site, pages
from efa_lod.site.page_helpers import PageHelpers
from efa_lod.site.templating import without_invisible

if TYPE_CHECKING:
    from markupsafe import Markup


def find_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the finder: its page, and a page for each state key."""
    records = _findable(site)
    others = [one for one in site.entries if one.key] if not records else []
    values = _frame(site) | {"records": records, "others": others}
    yield from pages(site, "find.html", "find.html", values)
    yield from _key_pages(site)


def volume_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the names and numbers of the register of municipalities, where there is one."""
    if site.gazetteer:
        yield from _volume_pages(site, "names", site.gazetteer.volumes)
        yield from pages(site, "find_numbers.html", "find/numbers.html", _frame(site))
        yield from _volume_pages(site, "numbers", site.gazetteer.numbers)


def publication_finder(site: Site) -> Finder:
    """Return what finds the states of *site*, its records with a municipality key, and the places of its register."""
    return finder(site.findable, ((one.id, one.name, one.key) for one in site.entries if one.key), site.gazetteer)


def _frame(site: Site) -> dict[str, object]:
    """Return what every page needs on which a question can be asked: the states, the volumes, what there is to say."""
    return {
        "keys": state_of_key(site.findable),
        "words": {state["id"]: list(dict.fromkeys(words_of(state))) for state in site.findable},
        "register": site.gazetteer.register if site.gazetteer else None,
        "volumes": _ranges(site.gazetteer) if site.gazetteer else {},
        "reasons": FINDER_REASONS,
    }


Volume = Sequence[tuple[str, RegisterPlace]]


def _ranges(gazetteer: Gazetteer) -> dict[str, dict[str, tuple[str, str]]]:
    """Return what each volume begins and ends with, by kind and by what the volume is called."""
    names = {start: (volume[0][1].name, volume[-1][1].name) for start, volume in gazetteer.volumes.items()}
    numbers = {start: (volume[0][0], volume[-1][0]) for start, volume in gazetteer.numbers.items()}
    return {"names": names, "numbers": numbers}


def _volume_pages(site: Site, kind: str, volumes: Mapping[str, Volume]) -> Iterator[OutputFile]:
    """Yield a page for each of *volumes*, whose places lead to their record or to that of their state."""
    frame, find = _frame(site), publication_finder(site)
    starts = ["", *volumes, ""]
    made = {tongue: _VolumeLines(PageHelpers(site, tongue, f"find/{kind}/_.html"), find) for tongue in LANGUAGES}
    for before, start, after in zip(starts, starts[1:], starts[2:], strict=False):
        led = [(name, place, way) for name, place in volumes[start] if (way := find.reference(place))]
        parts = [*_parts_of_lines(led, kind == "numbers")]
        lines = {language: lines_of(parts) for language, lines_of in made.items()}
        values = frame | {"kind": kind, "start": start, "count": len(led), "before": before, "after": after}
        yield from pages(site, "find_volume.html", f"find/{kind}/{start}.html", values | {"lines": lines})


_LineParts = tuple[str, str, str, tuple[str, str, str, str], RegisterPlace]
"""What a line has in every language: what stands before and after the link to a record, and that record; by what its
place is described, and the place."""


def _parts_of_lines(led: Sequence[tuple[str, RegisterPlace, str]], with_number: bool) -> Iterator[_LineParts]:
    """Yield what the lines of *led* have in every language: names or numbers with their places and records.

    The first line of a word has an anchor; a number stands before the name where that is asked for.
    """
    last = ""
    for name, place, reference in led:
        word = name.partition(" ")[0]
        anchor = "" if word == last else f' id="at-{_escaped(word)}"'
        number = f'<span class="code">{_escaped(name)}</span> ' if with_number else ""
        # a district is described by its name, too
        what = (place.kind, place.district, place.key[:2], place.name if len(place.key) == 5 else "")
        before = f'  <li{anchor} data-key="{place.key}">{number}'
        yield before, f"{_escaped(place.name)}</a> <span>", reference, what, place
        last = word


class _VolumeLines:
    """Makes the lines of volumes in one language; what many lines have in common is made once.

    A site has 50,000 lines, so a line is put together here and not by the template around it.
    """

    def __init__(self, page: PageHelpers, find: Finder) -> None:
        self._page = page
        names = {state["id"]: page.plain(state.get("name")) for state in page.site.findable}
        self._states = {key: names.get(state, "") for key, state in find.keys.items()}
        self._links: dict[str, str] = {}
        self._beside: dict[tuple[str, str, str, str], str] = {}

    def __call__(self, parts: Sequence[_LineParts]) -> "Markup":
        """Return the lines that *parts* are for."""
        from markupsafe import Markup

        links, beside = self._links, self._beside
        made = [
            f"{before}{links.get(reference) or self._link(reference)}{after}"
            f"{beside.get(what) or self._described(what, place)}</span></li>\n"
            for before, after, reference, what, place in parts
        ]
        return Markup("".join(made))

    def _link(self, reference: str) -> str:
        """Return how a link to the page of *reference* begins."""
        self._links[reference] = f'<a href="{_escaped(self._page.url(reference))}.html">'
        return self._links[reference]

    def _described(self, what: tuple[str, str, str, str], place: RegisterPlace) -> str:
        """Return what stands beside the name of *place*, and of all others of which *what* is true."""
        text = " · ".join(filter(None, (place.described(self._page.language), self._states.get(place.state_key))))
        self._beside[what] = _escaped(text)
        return self._beside[what]


def _escaped(text: str) -> str:
    """Return *text* as a template writes it."""
    if text.isalnum() or (text.isprintable() and not _MARKUP(text)):
        return text
    from markupsafe import escape

    return str(escape(without_invisible(text)))


_MARKUP = re.compile("[&<>'\"]").search


def _key_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the pages of each state key: the state, its contacts, its records, the keys of its districts."""
    by_key: dict[str, list[Entry]] = {}
    for one in site.entries:
        by_key.setdefault(one.key[:2], []).append(one)
    for key, reference in state_of_key(site.findable).items():
        values = _KeyValues(site, key, reference, sorted(by_key.get(key, []), key=in_order_of_name))
        yield from site.maker(f"find/{key}", _pages_of_key, values)


@dataclass(frozen=True, eq=False)
class _KeyValues:
    """What the pages of a state *key* are made of: the *state* by its id, and its records with a municipality key."""

    site: Site
    key: str
    state: str
    entries: Sequence[Entry]


def _state_record(site: Site, identifier: str) -> Thing:
    """Return the record of a state."""
    return site.state_of[identifier]


def _summary_of(site: Site, identifier: str) -> StateSummary:
    """Return what is compared of a state."""
    return next(line for line in site.lines if line.id == identifier)


def _pages_of_key(one: _KeyValues) -> Iterator[OutputFile]:
    """Yield the pages of one state key."""
    site, key = one.site, one.key
    districts = site.gazetteer.all_districts if site.gazetteer else ()
    line = site.derived(_summary_of, one.state)
    parts = list(chunks(one.entries, ON_A_PAGE)) or [[]]
    for number, part in enumerate(parts, 1):
        values = {
            "key": key,
            "state": site.derived(_state_record, one.state),
            "line": line,
            "way": way_on(site, line),
            "districts": [place for place in districts if place.state_key == key],
            "register": site.gazetteer.register if site.gazetteer else None,
            "entries": part,
            "number": number,
            "last": len(parts),
        }
        path = f"find/{key}.html" if number == 1 else f"find/{key}-{number}.html"
        yield from pages(site, "find_key.html", path, values)


def _findable(site: Site) -> list[Entry]:
    """Return the records with a municipality key, as long as they are few enough for the page to carry them."""
    found = [one for one in site.entries if one.key]
    return found if len(found) <= ON_A_PAGE else []
