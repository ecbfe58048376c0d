"""Records are read through views, in which a value of another form is met as if its key were not there."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import efa_lod
from efa_lod.io.json_objects import json_object
from efa_lod.io.reading import Document
from efa_lod.model.record_values import best_texts, inner_things, listed, mapping_of, reference_of, things_of
from efa_lod.model.record_views import ContactPoint, ReuseRecord, resolved

HOUSE = Path(efa_lod.__file__).parent
STATE = {
    "id": "state/xx",
    "name": {"de": "Land", "en": "State"},
    "reuse": {
        "id": "state/xx#reuse",
        "contacts": [{"id": "c", "email": "a@example.org", "belongsTo": "organisation/o"}, "d"],
        "catalogues": ["marketplace/m", {"id": "e", "mentionedAs": {"de": "Shop"}}],
        "furtherMarketplaces": "marketplace/m",
        "provisions": {"id": "p", "paidBy": "efa:Party-state"},
        "financing": {"id": "f", "provisions": [{"id": "q", "until": "2026"}]},
    },
    "record": {"lastConfirmed": "2026-11-23", "rows": [{"id": "r", "rowKind": "contact", "valueStatus": "stated"}]},
}


def test_a_view_says_what_the_record_says() -> None:
    """Contacts, offers, rules and rows are those of the record, in its order, each reference once."""
    view = ReuseRecord(STATE)

    assert ["c"] == [one.id for one in view.contacts]
    assert ["marketplace/m", "e"] == view.offers
    assert [{"de": "„Shop“"}] == [one.names_or_mention for one in view.own_offers]
    assert [("p", ("efa:Party-state",), ""), ("q", (), "2026-12-31")] == [
        (one.id, one.payers, one.last_day) for one in view.provisions
    ]
    assert [("contact", "stated")] == [(row.kind, row.status) for row in view.rows]
    assert ("2026-11-23", ["organisation/o"]) == (view.last_confirmed, view.contacts[0].organisations)


@pytest.mark.parametrize("value", [None, "text", ["text"], [], {}, 0, {"id": "x"}])
@pytest.mark.parametrize("key", ["reuse", "record", "name"])
def test_a_value_of_another_form_is_no_error(key: str, value: object) -> None:
    """A record that does not conform is met by whoever shows it without a traceback."""
    view = ReuseRecord({**STATE, key: value})

    for name in ("contacts", "offers", "own_offers", "provisions", "rows", "names", "financing", "last_confirmed"):
        getattr(view, name)


def test_all_states_are_seen_whole(documents: list[Document]) -> None:
    """Each state of the publication has four rows and the day of its last comparison, and no contact is lost."""
    views = [ReuseRecord(one.value) for one in documents if one.value.get("type") == "State"]

    assert [4] * 16 == [len(view.rows) for view in views]
    assert 21 == sum(len(view.contacts) for view in views)
    assert all(view.last_confirmed for view in views)


def test_values_of_a_key() -> None:
    """None, one and several values are a list, and only mappings are things or texts."""
    assert [[], ["a"], ["a", "b"]] == [listed(None), listed("a"), listed(["a", "b"])]
    assert [{"id": "a"}] == things_of([{"id": "a"}, "b"]) == list(inner_things({"x": ["c", {"id": "a"}, {"y": 1}]}))
    assert ({}, {"de": "A"}) == (mapping_of("A"), mapping_of({"de": "A"}))
    assert [["A"], ["B", "C"], []] == [best_texts({"de": "A"}), best_texts({"en": ["B", "C"]}), best_texts("A")]
    assert ["a", "b"] == [reference_of({"id": "a"}), reference_of("b")]
    assert [{"id": "a", "n": 1}, {"id": "b"}] == resolved(["a", "b"], {"a": {"n": 1}})
    assert not ContactPoint({"id": "c"}).is_reachable


@pytest.mark.parametrize("data", [None, "", "[]", b"\xff", "{", "[" * 100_000, "1"])
def test_what_is_no_json_object_says_nothing(data: Any) -> None:
    """An inventory or mark that is broken is met as one that is not there."""
    assert json_object(data) == {}


def questions(source: str) -> Iterator[int]:
    """Yield the lines of *source* that ask whether a value is a dict."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, kinds]) if any(
                isinstance(one, ast.Name) and one.id == "dict" for one in ast.walk(kinds)
            ):
                yield node.lineno


def test_only_io_and_model_ask_for_mappings() -> None:
    """What a value of a record or of JSON is, is asked below; above, views and their helpers tell."""
    found = [
        f"{file.relative_to(HOUSE)}:{line}"
        for file in sorted(HOUSE.rglob("*.py"))
        if file.relative_to(HOUSE).parts[0] not in ("io", "model")
        for line in questions(file.read_text(encoding="utf-8"))
    ]

    assert [] == found


def test_no_cache_is_keyed_by_a_site() -> None:
    """What is worked out of a site is kept by it, and goes with it: no function of pages remembers the last site."""
    found = [
        f"{file.name}:{node.lineno}"
        for file in (HOUSE / "site").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any("cache" in ast.unparse(one) and "property" not in ast.unparse(one) for one in node.decorator_list)
        and any(one.annotation and "Site" in ast.unparse(one.annotation) for one in node.args.args)
    ]

    assert [] == found
