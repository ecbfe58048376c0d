"""What the graph file says beside the records: every node has a label, things are in the dataset, nothing is lost."""

import json
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import Cli
from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.withdrawals import PUBLISHED, WITHDRAWN, lost_iris, published_iris, withdrawals
from efa_lod.rdf.graph_supplement import graph_supplement
from efa_lod.rdf.tombstones import withdrawn_parts
from support.generator import lines

NAMES = {
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "https://schema.org/name",
    "http://purl.org/dc/terms/title",
    "http://xmlns.com/foaf/0.1/name",
    "http://www.w3.org/2006/vcard/ns#fn",
}
BASE = "https://w3id.org/efa-lod/"
IRI = BASE.__add__
DCT, VOID = "http://purl.org/dc/terms/", "http://rdfs.org/ns/void#"


@pytest.fixture(scope="module")
def graph(dist: Path) -> Sequence[ox.Triple]:
    """Return the graph file of a build."""
    return [quad.triple for quad in ox.parse(path=dist / "efa-lod-graph.ttl", format=ox.RdfFormat.TURTLE)]


def values(graph: Sequence[ox.Triple], subject: str, predicate: str) -> set[str]:
    """Return what *subject* has for *predicate*."""
    return {str(o).strip("<>") for s, p, o in graph if s == ox.NamedNode(subject) and p.value == predicate}


def test_every_node_has_a_label(graph: Sequence[ox.Triple]) -> None:
    """Whatever the graph file describes has a label that a generic browser shows; statements are named by their parts."""
    described = {triple.subject for triple in graph}
    named = {triple.subject for triple in graph if triple.predicate.value in NAMES}

    assert [] == sorted(str(node) for node in described - named if "/statements#" not in str(node))


def test_records_are_in_the_dataset(graph: Sequence[ox.Triple], publication: Publication) -> None:
    """Each record says which dataset it is in, and the dataset names all that it contains."""
    base = publication.base_iri
    records = {f"{base}state/{name}#record" for name in ("sh", "by", "th")}
    contained = values(graph, f"{base}dataset", f"{DCT}hasPart")

    assert {f"{base}dataset"} == {one for record in records for one in values(graph, record, f"{VOID}inDataset")}
    assert records | {f"{base}state/sh", f"{base}organisation/itvsh"} <= contained


def test_what_went_says_why(graph: Sequence[ox.Triple], publication: Publication) -> None:
    """An IRI that went has a reason in both languages, and its successor is in the data."""
    subjects = {triple.subject.value for triple in graph if isinstance(triple.subject, ox.NamedNode)}
    for one in withdrawals(publication):
        assert {"de", "en"} == set(one.reason), one.iri
        if one.replaced_by and not one.replaced_by.startswith("shapes#"):
            assert publication.base_iri + one.replaced_by in subjects, one.iri
        assert values(graph, publication.base_iri + one.iri, "http://www.w3.org/2002/07/owl#deprecated"), one.iri


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".rdf", ".jsonld"])
def test_the_document_of_an_old_iri_says_what_became_of_it(dist: Path, publication: Publication, suffix: str) -> None:
    """Whoever follows the IRI of a part or term that went finds reason and successor in the document it was in."""
    form = ox.RdfFormat.from_extension(suffix[1:])
    for path, gone in withdrawn_parts(publication).items():
        file = dist / f"{path}{suffix}"
        if path == "shapes" and suffix != ".ttl":
            continue
        told = [quad.triple for quad in ox.parse(path=file, format=form, base_iri=publication.base_iri)]
        for one in gone:
            about = {triple.predicate.value: triple.object for triple in told if triple.subject.value == IRI(one.iri)}
            successor = about.get(f"{DCT}isReplacedBy")
            assert about["http://www.w3.org/2002/07/owl#deprecated"].value == "true", one.iri
            assert (IRI(one.replaced_by) if one.replaced_by else None) == (successor and successor.value), one.iri
            assert about["http://www.w3.org/2000/01/rdf-schema#comment"].value in one.reason.values(), one.iri


def test_a_part_of_a_record_that_is_handed_over_says_so_too(copy: Path, tmp_path: Path, cli: Cli) -> None:
    """Records of further files have tombstones of their parts as well, also where there are parts of others' records."""
    gone, file = copy / WITHDRAWN, tmp_path / "some.jsonl"
    file.write_bytes(b"".join(lines(3, seed=1)))
    name = json.loads(next(lines(1, seed=1)))["id"]
    entry = f"withdrawn:\n  - id: {name}#contact-old\n    reason: {{de: Weg., en: Gone.}}\n"
    gone.write_text(gone.read_text("utf-8").replace("withdrawn:\n", entry, 1), "utf-8")
    out = tmp_path / "dist"
    made = cli("build", file, "--publication", copy, "-o", out)
    text = (out / f"{name}.nt").read_text("utf-8")

    assert 0 == made.exit_code, made.output
    assert "#contact-old> <http://www.w3.org/2002/07/owl#deprecated>" in text


def test_a_build_loses_no_iri_in_silence(copy: Path, tmp_path: Path, cli: Cli) -> None:
    """A build warns of an IRI that was published and is neither described nor withdrawn, with the remedy."""
    published = copy / PUBLISHED
    published.write_text(published.read_text("utf-8") + "state/sh#contact-that-was\n", "utf-8")
    told = cli("build", "--publication", copy, "-o", tmp_path / "dist", "--no-site")
    gone = copy / WITHDRAWN
    entry = "withdrawn:\n  - id: state/sh#contact-that-was\n    reason: {de: Weg., en: Gone.}\n"
    gone.write_text(gone.read_text("utf-8").replace("withdrawn:\n", entry, 1), "utf-8")
    quiet = cli("build", "--publication", copy, "-o", tmp_path / "dist", "--no-site")

    assert (0, 0) == (told.exit_code, quiet.exit_code)
    assert "state/sh#contact-that-was" in told.output
    assert WITHDRAWN in told.output
    assert "state/sh#contact-that-was" not in quiet.output


def test_no_iri_of_the_first_version_is_lost(publication: Publication, graph: Sequence[ox.Triple]) -> None:
    """All IRIs of version 1.0.0 are described or withdrawn, and shapes are in their own file."""
    present = {triple.subject.value for triple in graph if isinstance(triple.subject, ox.NamedNode)}
    lost = [result.found for result in lost_iris(publication, present)]

    assert len(published_iris(publication)) > 600
    assert [] == [iri for iri in lost if not iri.startswith("shapes")]


def test_a_publication_without_a_list_loses_nothing(copy: Path) -> None:
    """Where no list of published IRIs is kept, there is nothing to refuse."""
    (copy / PUBLISHED).unlink()

    assert [] == lost_iris(read_publication(copy), set())


def test_no_name_holds_a_status(publication: Publication, documents: list[Document], context: Context) -> None:
    """No IRI says that something is announced, live, old or new: that would not last."""
    names = [str(subject) for subject, _, _ in graph_supplement(publication, documents, context)]
    gone = {publication.base_iri + one.iri for one in withdrawals(publication)}

    assert [] == [name for name in names if "announced-" in name and name.strip("<>") not in gone]
