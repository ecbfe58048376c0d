"""Shapes of a list: the codes of the states stand once, and each line of the list is checked as its template says."""

import csv
from pathlib import Path

import pytest
import yaml

from efa_lod.errors import BrokenInput
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.shape_lists import filled_template
from efa_lod.validation.shacl import RECORD_SHAPES, Shapes

LIST = "shapes/record/state_codes.csv"
TEMPLATE = "head\n# For each line of codes.csv:\n$state is $$$code.\n"


def test_the_list_holds_the_codes_of_the_states(publication: Publication) -> None:
    """Each state has one line, whose codes are those of its record and of the list of ISO codes."""
    lines = {line["state"]: line for line in csv.DictReader(publication.read(LIST).splitlines())}
    states = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in publication.state_files}

    assert list(lines) == sorted(states)
    for name, state in states.items():
        codes = {key: state[key] for key in ("isoCode", "abbreviation", "stateKey", "nutsCode")}
        assert codes.items() <= lines[name].items()
        assert f"http://www.wikidata.org/entity/{lines[name]['wikidata']}" in state["sameAs"]
        assert state["name"] == {"de": lines[name]["nameDe"], "en": lines[name]["nameEn"]}
        assert f'"{state["isoCode"]}"' in publication.read("shapes/record/state.ttl")


def test_a_line_more_is_a_shape_more(copy: Path) -> None:
    """Who adds a line to the list adds shapes that engines read, and what is published is plain SHACL."""
    with (copy / LIST).open("a", encoding="utf-8") as file:
        file.write("xx,DE-XX,XX,17,DEX,Q1,Musterland,Sample State\n")
    other = read_publication(copy)
    said = {str(triple.subject)[1:-1] for triple in Shapes(other, RECORD_SHAPES).triples}

    assert {f"{other.base_iri}shapes#State-xx{part}" for part in ("", "-codes", "-wikidata")} <= said
    assert "$" not in other.read_shapes("shapes/record.ttl").replace('$"', "").replace(')$"', "").replace("$|", "")


def test_a_template_is_filled_line_by_line() -> None:
    """What stands before the mark is written once, the rest for each line, in the order of the list."""
    assert filled_template(TEMPLATE, "state,code\nbe,11\nsh,01\n") == "head\nbe is $11.\nsh is $01.\n"
    assert filled_template(TEMPLATE, "state,code\n") == "head\n"


@pytest.mark.parametrize(
    "old, new", [("isoCode", "iso"), ("DE-BB,BB", "DE-BB"), ("Q1208,", "Q1208,,"), ("DE-BB", '"DE-BB"x')]
)
def test_a_damaged_list_is_named(old: str, new: str, copy: Path) -> None:
    """A missing column, a cell too few or too many, and a broken quotation are refused with the name of the list."""
    text = (copy / LIST).read_text(encoding="utf-8")
    (copy / LIST).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BrokenInput, match=r"^shapes/record/state_codes\.csv: expected a list"):
        read_publication(copy).read_shapes("shapes/record.ttl")


def test_a_template_without_a_part_for_each_line_is_refused() -> None:
    """A template that says nothing of lines would drop the list in silence."""
    with pytest.raises(ValueError, match="For each line of"):
        filled_template("head\n", "state\nbe\n")
