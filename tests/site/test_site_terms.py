"""The pages about terms and checks: every term and every shape at its anchor, in both languages."""

import pytest

from efa_lod.model.publication import Publication
from efa_lod.rdf.graphs import parsed_triples
from efa_lod.site.page import Site
from efa_lod.site.shapes import shapes_pages
from efa_lod.site.terms import Resource, grouped, ontology_pages, resources, terms, usage
from support.read_sites import read_site
from support.site_pages import Html, made


@pytest.fixture(scope="module")
def site(publication: Publication) -> Site:
    """Return the site of the packaged publication."""
    return read_site(publication)[0]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_term_has_its_place(site: Site, language: str) -> None:
    """The IRI of each term of the ontology leads to its anchor, where its label and definition stand."""
    path = "ontology.html" if language == "de" else "en/ontology.html"
    page = Html(made(ontology_pages(site))[path])
    base = f"{site.publication.base_iri}ontology#"
    named = {iri: one for iri, one in resources(site.ontology).items() if iri.startswith(base)}

    assert named
    assert set() == {iri.removeprefix(base) for iri in named} - page.ids
    assert [] == page.repeated
    definition = "http://www.w3.org/2004/02/skos/core#definition"
    missing = [iri for iri, one in named.items() if " ".join(one.texts(definition)[language].split()) not in page.text]
    assert [] == missing


def test_concepts_stand_in_their_code_lists(site: Site) -> None:
    """No concept is left out: each is in the list that it belongs to."""
    all_terms = list(terms(resources(site.ontology), site.context, {}))
    groups = grouped(all_terms)

    assert sorted(one.name for one in all_terms if one.kind == "concept") == sorted(
        concept.name for scheme in groups["scheme"] for concept in scheme.concepts
    )
    assert all(concept.name.startswith(f"{s.name}-") for s in groups["scheme"] for concept in s.concepts)


def test_a_term_tells_its_keys_and_how_often_it_is_used(site: Site) -> None:
    """Counts are those of the data: 16 states have four rows each; keys are those of the context."""
    found = {one.name: one for one in terms(resources(site.ontology), site.context, usage(site))}

    assert (("rowKind",), 64) == (found["rowKind"].keys, found["rowKind"].used)
    assert (("type: SourceRow",), 64) == (found["SourceRow"].keys, found["SourceRow"].used)
    assert 16 == found["RowKind-contact"].used
    assert ("rowKind",) == found["RowKind"].keys


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_shape_has_its_place(site: Site, language: str) -> None:
    """The IRI of each shape leads to its anchor, and its message stands there in the language of the page."""
    path = "shapes.html" if language == "de" else "en/shapes.html"
    data = made(shapes_pages(site))[path]
    page = Html(data)
    publication = site.publication
    base = f"{publication.base_iri}shapes#"
    found: dict[str, Resource] = {}
    for file in publication.glob("shapes/*.ttl"):
        found |= resources(parsed_triples(publication.read_shapes(file), ".ttl", file, publication.base_iri))
    shapes = {iri: one for iri, one in found.items() if iri.startswith(base)}

    assert len(shapes) > 150
    assert set() == {iri.removeprefix(base) for iri in shapes} - page.ids
    assert [] == page.repeated
    texts = [one.texts("http://www.w3.org/ns/shacl#message").get(language, "") for one in shapes.values()]
    assert [] == [text for text in texts if " ".join(text.split()) not in page.text]
    assert len(data) < 120_000


def test_a_shape_that_others_use_says_which(site: Site) -> None:
    """A rule without a target of its own names the rules that bring it in, and a warning is called one."""
    page = Html(made(shapes_pages(site))["en/shapes.html"])

    assert "#ContactPoint-mailboxes" in page.links
    assert "Warning" in page.text
