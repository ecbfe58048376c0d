"""The site of a publication, read as a whole: tests look at single pages of it."""

from collections.abc import Mapping

from efa_lod.catalog.offers import Contents
from efa_lod.io.reading import Document
from efa_lod.model.context import read_context
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from efa_lod.rdf.graphs import ontology_triples
from efa_lod.site.page import Site, concept_labels
from efa_lod.site.site import site_of


def read_site(publication: Publication, sizes: Mapping[str, int] | None = None) -> tuple[Site, list[Document]]:
    """Read *publication* into a site and its records, all at once."""
    context = read_context(publication)
    documents = list(publication_records(publication))
    labels = concept_labels(ontology_triples(publication))
    facts = Contents(
        [(d.value["id"], d.value["name"]) for d in documents if d.value.get("type") == "State"],
        {},
        str(publication.settings.value["modified"]),
    )
    return site_of(publication, context, facts, (d.value for d in documents), labels, sizes or {}), documents
