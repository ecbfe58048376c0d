"""The rehearsal held against ckanext-dcat itself: catalogues are changed at random places, and its parser judges."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from catalogs.variants import variant
from conftest import missing
from efa_lod.catalog.catalogue_view import View
from efa_lod.catalog.dcat import catalogue
from efa_lod.catalog.offers import contents
from efa_lod.catalog.portals import PORTALS, Field, shown_and_lost, tags_of
from efa_lod.io.reading import Document
from efa_lod.model.expansion import of_triples
from efa_lod.rdf.graphs import ontology_triples, triples_of

Triples = Sequence[ox.Triple]

CKAN = next(portal for portal in PORTALS if portal.name == "CKAN")
DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
MUTANTS = 240


@pytest.fixture(scope="module")
def ckan() -> str:
    """Return the interpreter that has ckanext-dcat, or skip."""
    python = os.environ.get("EFA_LOD_CKAN_PYTHON", sys.executable)
    found = subprocess.run([python, "-c", "import ckanext.dcat.processors"], capture_output=True)
    return python if found.returncode == 0 else missing("ckanext-dcat is not installed (the extra portal-test)")


@pytest.fixture(scope="module")
def whole(documents: list[Document]) -> Triples:
    """Return the catalogue of a publisher that is no sample."""
    publication = variant("state")
    listed = catalogue(publication, contents(publication, documents, of_triples(ontology_triples(publication))))
    return triples_of(listed.statements)


VALUES: Sequence[Any] = (
    ox.Literal("Wort"),
    ox.Literal("Wort", language="de"),
    ox.Literal("word", language="en"),
    ox.Literal("2026-05"),
    ox.Literal("1024.0", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
    ox.Literal("1e3"),
    ox.Literal("Kosten, Geld"),
    ox.NamedNode("https://example.net/thing"),
    ox.BlankNode("nameless"),
)
RENAMED = {
    f"{DCAT}version": "http://www.w3.org/2002/07/owl#versionInfo",
    f"{DCAT}contactPoint": "http://www.w3.org/ns/adms#contactPoint",
    "http://www.w3.org/2006/vcard/ns#fn": "http://www.w3.org/2006/vcard/ns#hasFN",
    f"{DCAT}startDate": "http://schema.org/startDate",
    f"{DCAT}endDate": "http://schema.org/endDate",
    "http://xmlns.com/foaf/0.1/mbox": "http://www.w3.org/2006/vcard/ns#hasEmail",
    "http://www.w3.org/2004/02/skos/core#prefLabel": "http://www.w3.org/2000/01/rdf-schema#label",
}


def mutants(whole: Triples) -> Iterator[tuple[str, Triples]]:
    """Yield catalogues with one statement left out, said otherwise or said once more, each with a name."""
    chosen = random.Random(1)
    kept = [t for t in whole if t.predicate.value != "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"]
    kept = [t for t in kept if t.predicate.value not in (f"{DCAT}distribution", f"{DCAT}dataset", f"{DCT}subject")]
    for number in range(MUTANTS):
        triple = chosen.choice(kept)
        rest = [t for t in whole if t != triple]
        value = chosen.choice(VALUES)
        other = RENAMED.get(triple.predicate.value, triple.predicate.value)
        yield (
            f"{number:03}",
            (
                rest,
                [t for t in whole if (t.subject, t.predicate) != (triple.subject, triple.predicate)],
                [*rest, ox.Triple(triple.subject, triple.predicate, value)],
                [*whole, ox.Triple(triple.subject, triple.predicate, value)],
                [*rest, ox.Triple(triple.subject, ox.NamedNode(other), triple.object)],
                [t for t in whole if t.predicate != triple.predicate],
            )[number % 6],
        )


def predicted(view: View, node: Any, fields: Sequence[Field]) -> set[str]:
    """Return the fields of which the rehearsal says that there is a value."""
    return {f.name for f, fate in shown_and_lost(view, node, fields) if fate in ("shown", "translated", "several")}


def filled(fields: Sequence[Field], found: Mapping[str, Any]) -> set[str]:
    """Return the fields that ckanext-dcat has filled."""
    return {f.name for f in fields if found.get(f.name)}


def unusable(view: View, node: Any, fields: Sequence[Field]) -> set[str]:
    """Return the fields with a value that the rehearsal does not count: what CKAN makes of it is its own matter."""
    return {f.name for f, fate in shown_and_lost(view, node, fields) if fate == "unusable" and f.name != "size"}


def test_ckan_fills_what_the_rehearsal_predicts(whole: Triples, ckan: str, tmp_path: Path) -> None:
    """Field by field, for the dataset and each file, ckanext-dcat's own parser fills what was said, and no more."""
    made = dict(mutants(whole))
    for name, triples in made.items():
        (tmp_path / f"{name}.ttl").write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
    script = str(Path(__file__).parents[1] / "catalogs" / "read_many_with_ckan.py")
    output = subprocess.run([ckan, script, str(tmp_path)], capture_output=True, text=True, check=True).stdout
    wrong: dict[str, Any] = {}
    for name, datasets in json.loads(output).items():
        view = View(made[name])
        (dataset,) = datasets
        (node,) = view.of_type(f"{DCAT}Dataset")
        fields = {**dataset, **{extra["key"]: extra["value"] for extra in dataset["extras"]}}
        keywords = [v for v in view.values(node, "dcat:keyword") if not isinstance(v, ox.BlankNode)]
        tags = {tag for keyword in keywords for tag in tags_of(keyword.value)}
        nameless = len(view.values(node, "dcat:keyword")) - len(keywords)
        differences = [
            predicted(view, node, CKAN.dataset) ^ filled(CKAN.dataset, fields) - unusable(view, node, CKAN.dataset),
            tags - {tag["name"] for tag in dataset["tags"]},
            set(range(abs(len(tags) + nameless - len({tag["name"] for tag in dataset["tags"]})))),
        ]
        for resource in dataset["resources"]:
            file = ox.NamedNode(resource["uri"])
            expected = predicted(view, file, CKAN.resource)
            differences.append(expected ^ filled(CKAN.resource, resource) - unusable(view, file, CKAN.resource))
        if any(differences):
            wrong[name] = [*filter(None, differences), [str(t) for t in set(made[name]) ^ set(whole)][:2]]

    assert {} == wrong
