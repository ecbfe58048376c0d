"""The contexts of the catalogue and of VoID: files of JSON-LD beside the other vocabularies, not tables in a program."""

import ast
import json
from pathlib import Path

import pytest

import efa_lod.catalog
from efa_lod.catalog.catalogue_context import CATALOGUE_CONTEXT, VOID_CONTEXT
from efa_lod.delivery.starter import write_starter
from efa_lod.model.publication import packaged_folder, read_publication

FILES = {"catalogue": CATALOGUE_CONTEXT, "void": VOID_CONTEXT}


@pytest.mark.parametrize("name", FILES)
def test_a_context_is_a_file(name: str) -> None:
    """What keys mean stands in ``ontology/``, and is used as it stands there."""
    text = (packaged_folder() / f"ontology/{name}-context.jsonld").read_text(encoding="utf-8")

    assert list(json.loads(text)) == ["@context"]
    assert list(json.loads(text)["@context"].items()) == list(FILES[name].items())


def test_no_module_of_the_catalogue_maps_keys_to_terms() -> None:
    """No program text of the catalogue defines a term of a context (``@container``)."""
    found = [
        f"{file.name}:{node.lineno}"
        for file in Path(efa_lod.catalog.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        and "@container" in {key.value for key in node.keys if isinstance(key, ast.Constant)}
    ]

    assert [] == found


def test_a_publication_of_ones_own_has_its_own_context_only(tmp_path: Path) -> None:
    """The nodes of catalogue and VoID come from the program, and so do their contexts: none grows old in a copy."""
    write_starter(tmp_path / "own", read_publication(), "1.0.0", None)

    assert [file.name for file in (tmp_path / "own/ontology").glob("*context*")] == ["context.jsonld"]
