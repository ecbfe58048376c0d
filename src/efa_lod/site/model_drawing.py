"""Draw the model as SVG: which classes there are in the data, and by which keys one leads to the other.

The drawing is made of the records and the context, so it shows what is there: a class stands in it if a record has a
thing of it, an arrow if a thing refers to a thing of another class. Where statements come from (``origin``,
``additions``) is left out, since every class has it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from efa_lod.model.context import Context
from efa_lod.model.languages import Texts
from efa_lod.model.record_values import Thing, inner_things, listed, reference_of
from efa_lod.site.names import SITE_NAMES
from efa_lod.site.page import Site

_FIRST = "State"
"""The class that readers know, at which the drawing begins."""
LEFT_OUT = frozenset({"origin", "namedIn", "additions", "sameAs", "mentions"})
"""Keys that lead from nearly every class, and would hide the others."""
CLASS_NAMES: Mapping[str, Texts] = SITE_NAMES["classes"]
"""Names of borrowed classes, which the ontology does not define."""
BOX_WIDTH, HEAD, LINE, GAP, ALLEY = 240, 46, 22, 24, 66
"""Measures of a box, of its head, of a line in it, and of what lies between boxes, in units."""


@dataclass(frozen=True)
class ModelLink:
    """A key that leads from things of one class to things of the class *target*; *count* says how often.

    What leads back to an earlier column (*is_back*) is told in words: its arrow would run through other boxes.
    """

    key: str
    property: str
    target: str
    count: int
    is_back: bool = False


@dataclass(frozen=True)
class Box:
    """A class in the drawing: its name in the context, its IRI, how many things, its links, and its place."""

    name: str
    iri: str
    count: int
    links: Sequence[ModelLink]
    x: int
    y: int

    @property
    def height(self) -> int:
        """Return the height of the box."""
        return HEAD + LINE * len(self.links) + (10 if self.links else 0)


@dataclass(frozen=True)
class Arrow:
    """An arrow as an SVG path."""

    path: str


@dataclass(frozen=True)
class Drawing:
    """The whole: its size in units, boxes and arrows."""

    width: int
    height: int
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]


def drawing(site: Site) -> Drawing | None:
    """Return the drawing of the model as the records of *site* use it; None where there is no state."""
    if not site.states:
        return None
    counts, links = _counted(site)
    placed = list(_placed(counts, links, site.context))
    places = {box.name: box.x for box in placed}
    boxes = [
        replace(box, links=[replace(link, is_back=places[link.target] < box.x) for link in box.links]) for box in placed
    ]
    by_name = {box.name: box for box in boxes}
    arrows = [
        _arrow(box, number, by_name[link.target])
        for box in boxes
        for number, link in enumerate(box.links)
        if not link.is_back
    ]
    width = max(box.x for box in boxes) + BOX_WIDTH + ALLEY
    return Drawing(width, max(box.y + box.height for box in boxes) + GAP, boxes, arrows)


def class_name(name: str, labels: Mapping[str, Mapping[str, str]], context: Context, language: str) -> str:
    """Return what the class *name* of the context is called in *language*."""
    names = CLASS_NAMES.get(name) or labels.get(context.types.get(name, ""), {})
    return names.get(language) or name


def _counted(site: Site) -> tuple[Counter[str], Counter[tuple[str, str, str]]]:
    """Count the things by class, and the references by class, key, and the class they lead to."""
    records = [*site.states, *site.shared.values()]
    things = [thing for record in records for thing in _things(record)]
    class_of = {thing["id"]: _class(thing) for thing in things if "id" in thing}
    counts = Counter(class_of.values())
    links: Counter[tuple[str, str, str]] = Counter()
    for thing in things:
        for key, values in thing.items():
            for value in listed(values) if key not in LEFT_OUT else ():
                target = class_of.get(str(reference_of(value)), "")
                if target and key not in ("id", "type"):
                    links[class_of.get(thing.get("id", ""), ""), key, target] += 1
    return counts, links


def _things(record: Thing) -> Iterator[Thing]:
    """Yield *record* and all things in it, outer before inner."""
    waiting = [record]
    while waiting:
        thing = waiting.pop(0)
        yield thing
        waiting += inner_things(thing)


def _class(thing: Thing) -> str:
    """Return the class of *thing*: the last one named, which is the most telling."""
    return str(listed(thing.get("type"))[-1]) if listed(thing.get("type")) else ""


def _placed(counts: Counter[str], links: Counter[tuple[str, str, str]], context: Context) -> Iterator[Box]:
    """Yield the boxes, in columns by how many steps a class is away from the first."""
    outgoing: dict[str, list[ModelLink]] = {}
    for (source, key, target), count in links.items():
        known = context.keys.get(key)
        if known:
            outgoing.setdefault(source, []).append(ModelLink(key, context.compact(known.iri), target, count))
    columns, seen = [[_FIRST]], {_FIRST}
    while columns[-1]:
        found = [link.target for name in columns[-1] for link in outgoing.get(name, ())]
        columns.append([name for name in dict.fromkeys(found) if name not in seen])
        seen.update(columns[-1])
    for number, names in enumerate(columns):
        y = GAP
        for name in names:
            box = Box(
                name,
                context.types.get(name, ""),
                counts[name],
                sorted(outgoing.get(name, ()), key=lambda link: (link.key, link.target)),
                GAP + number * (BOX_WIDTH + ALLEY),
                y,
            )
            yield box
            y += box.height + GAP


def _arrow(box: Box, number: int, target: Box) -> Arrow:
    """Return the arrow from a line of *box* to the head of *target*: to its left if it lies ahead."""
    x, y = box.x + BOX_WIDTH, box.y + HEAD + LINE * number + LINE // 2
    end_y = target.y + HEAD // 2
    if target.x > box.x:
        bend = (target.x - x) // 2
        return Arrow(f"M{x} {y}C{x + bend} {y} {target.x - bend} {end_y} {target.x} {end_y}")
    end_x = target.x + BOX_WIDTH
    reach = max(x, end_x) + ALLEY // 2
    return Arrow(f"M{x} {y}C{reach} {y} {reach} {end_y} {end_x} {end_y}")
