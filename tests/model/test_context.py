"""The context: the one mapping between keys and terms, read as data."""

from pathlib import Path

import pytest

from efa_lod.errors import BrokenInput
from efa_lod.model.context import Context, nearest, read_context
from efa_lod.model.publication import read_publication

EFA = "https://w3id.org/efa-lod/ontology#"


def test_keys_have_iri_form_and_vocabulary(context: Context) -> None:
    """A key's form says which values it takes, and a code's name is appended to its vocabulary."""
    keys = context.keys
    forms = {name: keys[name].form for name in ("email", "name", "origin", "rowKind", "issued")}

    date = "http://www.w3.org/2001/XMLSchema#date"
    assert {"email": "text", "name": "language", "origin": "iri", "rowKind": "code", "issued": date} == forms
    assert (EFA + "rowKind", EFA + "RowKind-") == (keys["rowKind"].iri, keys["rowKind"].vocabulary)
    assert ["additions", "record", "reuse"] == sorted(key.name for key in keys.values() if key.reverse)


@pytest.mark.parametrize(
    "written, meant",
    [
        ("state/sh", "https://w3id.org/efa-lod/state/sh"),
        ("efa:Party-state", EFA + "Party-state"),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_a_reference_is_resolved_and_shortened_again(written: str, meant: str, context: Context) -> None:
    """References below the base, prefixed names and absolute IRIs go there and back."""
    assert (meant, written) == (context.resolve(written), context.compact(meant))


def test_another_base_moves_our_terms_and_nobody_elses() -> None:
    """With another base IRI, keys of our own vocabulary follow, borrowed ones stay."""
    context = read_context(read_publication(base_iri="https://example.org/x/"))

    assert "https://example.org/x/ontology#rowKind" == context.keys["rowKind"].iri
    assert "https://schema.org/email" == context.keys["email"].iri


@pytest.mark.parametrize("text", ["", "{", '{"a": {}}', '{"@context": "https://schema.org/"}', "[]"])
def test_a_broken_context_is_one_line(text: str, copy: Path) -> None:
    """A context file that is none is named with what is expected."""
    (copy / "ontology/context.jsonld").write_text(text)
    with pytest.raises(BrokenInput, match=r"^ontology/context\.jsonld: expected .*context"):
        read_context(read_publication(copy))


def test_nearest_ignores_case_and_small_slips() -> None:
    """The nearest known word is found for a typing error, and none for something else."""
    known = ["email", "telephone", "printedAs"]

    assert ["email", "printedAs", ""] == [nearest(word, known) for word in ("e-mail", "printedas", "zzz")]


def test_nearest_keeps_apart_what_differs_by_case_only() -> None:
    """Of a class and a property of the same name, the one that is written like the word is meant, in any order."""
    for known in (["dataset", "Dataset"], ["Dataset", "dataset"]):
        assert ["Dataset", "dataset"] == [nearest(word, known) for word in ("Datset", "datset")]
