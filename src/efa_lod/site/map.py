"""Draw the map of the states: boundaries, projected once, as paths for SVG.

``data/areas/states.json`` holds a path and a place for the label of each state, by state key. It was made by
``map_projection`` from boundaries in longitude and latitude; ``data/areas/README.md`` says where those come from. A
publication without that file has no map, and its pages lack nothing but the picture.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from efa_lod.io.messages import Messages, reason
from efa_lod.model.publication import Publication

_ERRORS = Messages(__file__, "errors")

AREAS_FILE = "data/areas/states.json"

TOUCH = 90
"""Units that are 24 CSS pixels on a screen of 320 (WCAG 2.2, 2.5.8)."""

_PATH = re.compile(r"[MmlzZ0-9 -]+$")
_KEY = re.compile(r"[0-9]{2}$")


@dataclass(frozen=True)
class Area:
    """A state on the map: its state *key*, its outline as an SVG *path*, and where its label stands.

    *radius* is that of the disc under the label of a state too small to hold it, else 0.
    """

    key: str
    path: str
    x: int
    y: int
    radius: int

    @property
    def is_small(self) -> bool:
        """Return whether the outline is too small for a finger on a narrow screen."""
        xs, ys = zip(*_corners(self.path), strict=True)
        return bool(min(max(xs) - min(xs), max(ys) - min(ys)) < TOUCH)


@dataclass(frozen=True)
class Areas:
    """A map: *width* and *height* in units, the *areas*, and the *credit* for the boundaries."""

    width: int
    height: int
    areas: tuple[Area, ...]
    credit: str


def read_areas(publication: Publication) -> Areas | None:
    """Return the map of *publication*, or None where it has none; raise BrokenInput for a file that is no map."""
    if not (publication.folder / AREAS_FILE).is_file():
        return None
    try:
        found = json.loads(publication.read(AREAS_FILE))
        areas = tuple(_area(key, *one) for key, one in found["areas"].items())
        return Areas(int(found["width"]), int(found["height"]), areas, str(found["credit"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _ERRORS.broken("no-map", AREAS_FILE, reason=reason(error)) from error


def _area(key: str, path: str, x: int, y: int, radius: int) -> Area:
    if not _KEY.match(key) or not _PATH.match(path):
        raise ValueError(f"the area {key[:20]} has no key of two digits or no path of M, m, l, z and whole numbers")
    return Area(key, path, int(x), int(y), int(radius))


def _corners(path: str) -> Iterator[tuple[int, int]]:
    """Yield the corners of an outline of absolute moves and relative lines."""
    x = y = 0
    for command, numbers in re.findall(r"([Ml])([0-9 -]+)", path):
        values = [int(number) for number in re.findall(r"-?[0-9]+", numbers)]
        for dx, dy in zip(values[::2], values[1::2], strict=True):
            x, y = (dx, dy) if command == "M" else (x + dx, y + dy)
            yield x, y
