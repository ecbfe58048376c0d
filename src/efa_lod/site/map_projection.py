"""Project boundaries to the paths of a map, for the file that the site reads."""

import json
import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from efa_lod.io.json_objects import JsonObject

RADIUS = 27


MIN_LABELLED_AREA = 4000
"""Square units below which a state cannot hold its label."""


WIDTH = 1000
"""Units that a map is wide; paths have whole units."""


def projected(boundaries: JsonObject, labels: Mapping[str, tuple[float, float]], credit: str) -> str:
    """Return the text of the file of areas for GeoJSON *boundaries*, and *labels* as longitude and latitude by key.

    The key of a feature is its property ``ars``. Borders that two states share stay the same line in both.
    """
    shapes = {
        feature["properties"]["ars"]: [[lambert(*point) for point in ring] for ring in _rings(feature["geometry"])]
        for feature in boundaries["features"]
    }
    points = [point for rings in shapes.values() for ring in rings for point in ring]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    scale = WIDTH / (right - left)

    def place(x: float, y: float) -> tuple[int, int]:
        return round((x - left) * scale), round((high - y) * scale)

    areas = {}
    for key in sorted(shapes):
        rings = [[place(*point) for point in ring] for ring in shapes[key]]
        radius = RADIUS if sum(map(_size, rings)) < MIN_LABELLED_AREA else 0
        areas[key] = ["".join(map(_ring, rings)), *place(*lambert(*labels[key])), radius]
    lines = ",\n".join(f'  "{key}": {json.dumps(area)}' for key, area in areas.items())
    head = f'"width": {WIDTH}, "height": {math.ceil((high - low) * scale)}, "credit": {json.dumps(credit)}'
    return f'{{\n {head},\n "areas": {{\n{lines}\n }}\n}}\n'


def lambert(longitude: float, latitude: float) -> tuple[float, float]:
    """Return a point in Lambert's conformal conic projection of a sphere, with what EPSG:4839 has for Germany.

    The equations are those of J. P. Snyder, Map Projections: A Working Manual (1987), p. 106.
    """
    first, second, middle = math.radians(48 + 2 / 3), math.radians(53 + 2 / 3), math.radians(10.5)
    cone = math.log(math.cos(first) / math.cos(second)) / math.log(_slope(second) / _slope(first))
    radius = math.cos(first) * _slope(first) ** cone / cone / _slope(math.radians(latitude)) ** cone
    turn = cone * (math.radians(longitude) - middle)
    return radius * math.sin(turn), -radius * math.cos(turn)


def _slope(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)


def _rings(geometry: JsonObject) -> list[list[tuple[float, float]]]:
    """Return all rings of a polygon or multipolygon; the rule even-odd makes holes of the inner ones."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


def _size(ring: list[tuple[int, int]]) -> float:
    """Return the size of a ring in square units (of an inner one too: no state is as small as its hole)."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2


def _ring(ring: list[tuple[int, int]]) -> str:
    steps = list(_steps(ring))
    if len(steps) < 3:
        return ""  # an islet smaller than a unit
    (x, y), way = ring[0], " ".join(f"{dx} {dy}" for dx, dy in steps[:-1])
    return f"M{x} {y}l{way}z"


def _steps(ring: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the steps along *ring*, without those that lead nowhere."""
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (x1, y1) != (x2, y2):
            yield x2 - x1, y2 - y1
