"""A real OpenRefine reconciles lists as municipal staff have them, and brings the contacts beside them."""

from collections.abc import Iterator, Mapping

import pytest

from efa_lod.model.gazetteer import comparable, read_gazetteer
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from support.open_refine import OpenRefine, open_refine
from support.serving import Server, serving

TOWNS = 100
"""Municipalities in the list."""
NOTHING = ("Neustadt", "24103", "Sachse", "Landkreis Gifhorn", "Musterstadt", "n. a.", "Nieder", "-")
"""Cells that name no thing for certain."""
TOWN = {"id": "Municipality", "name": "Gemeinde"}
STATE = {"id": "State", "name": "Land"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Give a server over the packaged publication."""
    with serving("--no-site") as started:
        yield started


@pytest.fixture(scope="module")
def refine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenRefine]:
    """Give a running OpenRefine."""
    with open_refine(tmp_path_factory.mktemp("refine")) as running:
        yield running


def state_cells(publication: Publication) -> dict[str, str]:
    """Return cells that name a state, as people write them, with the id of the state."""
    cells: dict[str, str] = {}
    for document in publication_records(publication):
        state = document.value
        if state.get("type") == "State":
            names = [state["name"]["de"], state["name"]["en"], state["officialName"]["de"]]
            codes = [state["abbreviation"], state["isoCode"], state["nutsCode"]]
            cells |= dict.fromkeys([*names, *codes, f" {names[0].upper()} "], state["id"])
    return cells


def town_cells(publication: Publication) -> dict[str, str]:
    """Return cells that name a municipality whose name no other has, in several ways of writing, with its id."""
    gazetteer = read_gazetteer(publication)
    assert gazetteer
    places = gazetteer.all_municipalities
    names = [comparable(place.name) for place in places]
    alone = [place for place, name in zip(places, names, strict=True) if names.count(name) == 1]
    ways = (str, str.upper, "Stadt {}".format, "{}, Stadt".format, "  {} ".format)
    chosen = alone[:: len(alone) // TOWNS][:TOWNS]
    return {ways[i % len(ways)](place.name): f"find/{place.key}" for i, place in enumerate(chosen)}


def outcome(found: Mapping[str, str], expected: Mapping[str, str]) -> tuple[dict[str, str], float]:
    """Return what was taken for the wrong thing, and the share of things that were found."""
    wrong = {cell: one for cell, one in found.items() if one and one != expected.get(cell, "")}
    return wrong, sum(found.get(cell) == one for cell, one in expected.items()) / len(expected)


@pytest.mark.parametrize("kind", ["State", "Municipality"])
def test_two_hundred_cells(refine: OpenRefine, server: Server, publication: Publication, kind: str) -> None:
    """No cell is taken for another thing, and at least 95 of 100 are found."""
    expected = state_cells(publication) if kind == "State" else town_cells(publication)
    cells = [*expected, *NOTHING]
    project = refine.create_project(cells)
    type_ = STATE if kind == "State" else TOWN
    found = dict(
        zip(cells, refine.reconcile(project, f"{server.address}reconcile", publication.base_iri, type_), strict=True)
    )
    wrong, recall = outcome(found, expected)

    assert len(expected) >= 100
    assert wrong == {}
    assert recall >= 0.95, {cell: one for cell, one in expected.items() if found[cell] != one}


def test_type_is_guessed(refine: OpenRefine, server: Server) -> None:
    """OpenRefine proposes states for a column of states."""
    project = refine.create_project(["Schleswig-Holstein", "Sachsen", "Bayern", "Hessen"])

    assert refine.guessed_types(project, f"{server.address}reconcile")[0] == "State"


def test_list_of_municipalities_becomes_a_list_with_contacts(
    refine: OpenRefine, server: Server, publication: Publication
) -> None:
    """Columns beside municipalities hold the contact of their state, or how the overview page leaves it open."""
    service = f"{server.address}reconcile"
    project = refine.create_project(["Kiel", "Hannover"])
    refine.reconcile(project, service, publication.base_iri, TOWN)
    kiel, hannover = refine.extend(project, service, publication.base_iri, ["abbreviation", "email", "contactStatus"])[
        :2
    ]

    assert "info@itvsh.de" in kiel.values()
    assert "SH" in kiel.values()
    assert "info@itvsh.de" not in hannover.values()
    assert "NI" in hannover.values()
