"""A rehearsal counts the points of data.europa.eu as that portal does, and names what is missing."""

import re
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from catalogs.servers import Answer, serving
from efa_lod.catalog.mqa import (
    DIMENSIONS,
    KNOWN_LICENCES,
    MACHINE_READABLE,
    METRICS,
    MOST_POINTS,
    NON_PROPRIETARY,
    rating,
)
from efa_lod.catalog.offers import OFFERS
from efa_lod.catalog.rehearsal import rehearse
from efa_lod.io.reading import Document
from efa_lod.model.publication import read_publication
from support.catalogues import BASE, CSV, Change, Triples, instead, iri, moved, publisher_catalogue, run, without


@pytest.fixture(scope="module")
def new(documents: list[Document]) -> Triples:
    """Return the catalogue of a publisher that is no sample."""
    return publisher_catalogue(documents)


def test_all_points_are_reached(new: Triples) -> None:
    """405 points for each file, in five dimensions whose limits are those of the table."""
    made = run(new)
    limits = {name: most for name, (_, _, most) in DIMENSIONS.items()}

    assert [limits] * len(OFFERS) == [one.points for one in made.scores]
    assert {MOST_POINTS} == {one.total for one in made.scores} == {sum(limits.values())}


UNKNOWN = iri("http://dcat-ap.de/def/licenses/cc-by/4.0")
POINTS: Mapping[str, tuple[Change, dict[str, int]]] = {
    "keywordAvailability": (without("dcat:keyword"), {"keywordAvailability": 30}),
    "categoryAvailability": (without("dcat:theme"), {"categoryAvailability": 30}),
    "spatialAvailability": (without("dct:spatial"), {"spatialAvailability": 20}),
    "temporalAvailability": (without("dct:temporal"), {"temporalAvailability": 20}),
    "accessUrl": (without("dcat:accessURL", CSV), {"accessUrlStatusCode": 50}),
    "downloadUrl": (without("dcat:downloadURL", CSV), {"downloadUrlAvailability": 20, "downloadUrlStatusCode": 30}),
    "format": (
        without("dct:format", CSV),
        {
            "formatAvailability": 25,
            "formatMediaTypeVocabularyAlignment": 10,
            "formatMediaTypeNonProprietary": 20,
            "formatMediaTypeMachineInterpretable": 20,
        },
    ),
    "media type": (
        without("dcat:mediaType", CSV),
        {"mediaTypeAvailability": 15, "formatMediaTypeVocabularyAlignment": 10},
    ),
    "a proprietary format": (
        instead("dct:format", iri("http://publications.europa.eu/resource/authority/file-type/XLSX"), CSV),
        {"formatMediaTypeNonProprietary": 20},
    ),
    "licence": (without("dct:license", CSV), {"licenceAvailability": 20, "knownLicence": 10}),
    "a licence known to GovData only": (instead("dct:license", UNKNOWN, CSV), {"knownLicence": 10}),
    "accessRights": (
        without("dct:accessRights"),
        {"accessRightsAvailability": 10, "accessRightsVocabularyAlignment": 5},
    ),
    "access rights in words": (
        instead("dct:accessRights", ox.Literal("public")),
        {"accessRightsVocabularyAlignment": 5},
    ),
    "contactPointAvailability": (without("dcat:contactPoint"), {"contactPointAvailability": 20}),
    "publisherAvailability": (without("dct:publisher"), {"publisherAvailability": 10}),
    "rightsAvailability": (without("dct:rights", CSV), {"rightsAvailability": 5}),
    "byteSizeAvailability": (without("dcat:byteSize", CSV), {"byteSizeAvailability": 5}),
    "dateIssuedAvailability": (without("dct:issued", CSV), {"dateIssuedAvailability": 5}),
    "dateModifiedAvailability": (without("dct:modified", CSV), {"dateModifiedAvailability": 5}),
}


@pytest.mark.parametrize("change, missing", POINTS.values(), ids=POINTS)
def test_each_missing_statement_costs_its_points(change: Change, missing: dict[str, int], new: Triples) -> None:
    """What is missing is listed with what it would bring, beside the 30 points for compliance that go with it."""
    (csv,) = [one for one in run(change(new)).scores if one.distribution == CSV]
    found = {name: points for name, points in csv.missing if name != "dcatApCompliance"}

    assert missing == found
    assert csv.total == MOST_POINTS - sum(points for _, points in csv.missing)


def test_every_metric_is_tested() -> None:
    """The cases above, and that of compliance, know each metric."""
    tested = {name for _, missing in POINTS.values() for name in missing}

    assert {metric.name for metric in METRICS} == tested | {"dcatApCompliance"}


def test_points_are_those_of_the_portal(reference: Path) -> None:
    """Names, dimensions and points are those of piveau's vocabulary, the lists of formats those of data.europa.eu."""
    (file,) = reference.rglob("piveau-dqv-vocabulary.ttl")
    graph = rdflib.Graph().parse(file)
    pv, dqv = rdflib.Namespace("https://piveau.eu/ns/voc#"), rdflib.Namespace("http://www.w3.org/ns/dqv#")
    official = {
        str(metric).removeprefix(pv): (
            str(graph.value(metric, dqv.inDimension)).removeprefix(pv).replace("reusablity", "reusability"),
            int(str(points)),
            int(str(graph.value(metric, pv.falseScore) or 0)),
        )
        for metric, points in graph.subject_objects(pv.trueScore)
    }

    assert official == {metric.name: (metric.dimension, metric.points, metric.otherwise) for metric in METRICS}


def test_lists_of_formats_and_licences_are_those_of_the_portal(reference: Path) -> None:
    """Machine-readable and non-proprietary formats, and the licences that it has as concepts."""
    codes = re.compile(r'file-type/(\w+)"')
    (readable,), (free,) = (
        reference.rglob("edp-machine-readable-format.rdf"),
        reference.rglob("edp-non-proprietary-format.rdf"),
    )
    (licences,) = reference.rglob("edp-licences-skos.rdf")

    assert set(codes.findall(readable.read_text())) == MACHINE_READABLE
    assert set(codes.findall(free.read_text())) == NON_PROPRIETARY
    assert all(f'<skos:Concept rdf:about="{licence}"' in licences.read_text() for licence in KNOWN_LICENCES)


def test_ratings_are_those_of_the_portal() -> None:
    """Above 350 excellent, from 221 good, from 120 sufficient, below that bad."""
    assert ["excellent", "good", "good", "sufficient", "sufficient", "bad"] == [
        rating(points, "en") for points in (351, 350, 221, 220, 120, 119)
    ]


def test_addresses_are_tried_online(new: Triples) -> None:
    """With --online a file whose address does not answer loses 80 points; without it, all are assumed to answer."""
    with serving({"/efa-lod.csv": Answer(b"state\n")}) as (address, asked):
        served = [moved(t, {f"{BASE}efa-lod": f"{address}/efa-lod"}) for t in new]
        made = rehearse(f"{address}/catalog.ttl", served, read_publication(), online=True, seconds=5)
    scores = {one.distribution: one.total for one in made.scores}

    assert {CSV: MOST_POINTS} == {name: total for name, total in scores.items() if total == MOST_POINTS}
    assert {MOST_POINTS - 80} == {total for name, total in scores.items() if name != CSV}
    assert len(OFFERS) == len(asked)  # each once, though it is the address to see and to download


def test_a_private_address_answers_no_portal(new: Triples) -> None:
    """What a catalogue in a file names on this machine is not asked: portals could not reach it either."""
    with serving({"/efa-lod.csv": Answer(b"state\n")}) as (address, asked):
        served = [moved(t, {f"{BASE}efa-lod": f"{address}/efa-lod"}) for t in new]
        scores = {one.total for one in run(served, online=True, seconds=5).scores}

    assert ({MOST_POINTS - 80}, []) == (scores, asked)


def test_official_shapes_decide_when_they_are_named(new: Triples, reference: Path) -> None:
    """Our shapes are stricter: a missing version costs 30 points by them, and none by the official ones."""
    less = without("dcat:version")(new)

    assert {MOST_POINTS - 30} == {one.total for one in run(less).scores}
    assert {MOST_POINTS} == {one.total for one in run(less, shapes=str(reference)).scores}
