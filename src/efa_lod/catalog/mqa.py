"""The points of data.europa.eu's Metadata Quality Assessment (MQA) for each file of a dataset.

Metrics and points are those of ``piveau-dqv-vocabulary.ttl``, the lists of formats those of the assessment
(``edp-machine-readable-format.rdf``, ``edp-non-proprietary-format.rdf``).
"""

from collections.abc import Callable
from dataclasses import dataclass

from efa_lod.catalog.catalogue_view import View
from efa_lod.model import code_lists
from efa_lod.rdf.subject_index import Node

_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MACHINE_READABLE = _words(
    "CSV GEOJSON ICS JSON JSON_LD KML KMZ NETCDF ODS RDFA RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML RSS SHP"
    " XLS XLSX XML"
)
NON_PROPRIETARY = _words(
    "BMP CSV DBF GEOJSON GZIP HTML ICS JPEG2000 JSON JSON_LD KML KMZ NETCDF ODS PNG RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG"
    " RDF_TURTLE RDF_XML RSS RTF TAR TIFF TSV TXT WMS_SRVC XML ZIP"
)
KNOWN_LICENCES = tuple(code_lists.LICENCE.concept(code) for code in ("dl-by-de/2.0", "dl-zero-de/2.0"))
"""Licences of DCAT-AP.de's list that are concepts of data.europa.eu's own list; others it knows by other IRIs only."""
_EU_LICENCES = "http://publications.europa.eu/resource/authority/licence/"

DIMENSIONS = {
    "findability": ("Auffindbarkeit", "findability", 100),
    "accessibility": ("Zugänglichkeit", "accessibility", 100),
    "interoperability": ("Interoperabilität", "interoperability", 110),
    "reusability": ("Nachnutzbarkeit", "reusability", 75),
    "contextuality": ("Kontext", "contextuality", 20),
}
"""The dimensions of the Metadata Quality Assessment: name in German and English, most points."""
MOST_POINTS = 405
RATINGS = ((351, "ausgezeichnet", "excellent"), (221, "gut", "good"), (120, "ausreichend", "sufficient"))
"""Fewest points for a rating (``edp-scoring-skos.rdf``); below the last it is bad."""


@dataclass(frozen=True)
class QualitySubject:
    """What is judged: a distribution of a dataset, whether addresses answer, and whether DCAT-AP is complied with."""

    view: View
    dataset: Node
    distribution: Node
    answers: Callable[[str], bool]
    complies: bool


@dataclass(frozen=True)
class Metric:
    """A metric of piveau's vocabulary: its name there, dimension, points if true and if false, and its test."""

    name: str
    dimension: str
    points: int
    is_true: Callable[[QualitySubject], bool]
    otherwise: int = 0


def _dataset_has(path: str) -> Callable[[QualitySubject], bool]:
    return lambda judged: bool(judged.view.texts(judged.dataset, path))


def _distribution_has(path: str) -> Callable[[QualitySubject], bool]:
    return lambda judged: bool(judged.view.texts(judged.distribution, path))


def _answers(path: str) -> Callable[[QualitySubject], bool]:
    def is_true(judged: QualitySubject) -> bool:
        addresses = judged.view.texts(judged.distribution, path)
        return bool(addresses) and all(map(judged.answers, addresses))

    return is_true


def _file_types(judged: QualitySubject) -> set[str]:
    return {iri.removeprefix(_FILE_TYPES) for iri in judged.view.texts(judged.distribution, "dct:format")}


def _are_from_the_lists(judged: QualitySubject) -> bool:
    formats = judged.view.texts(judged.distribution, "dct:format")
    media_types = judged.view.texts(judged.distribution, "dcat:mediaType")
    return (
        bool(formats and media_types)
        and all(iri.startswith(_FILE_TYPES) for iri in formats)
        and all(iri.startswith(_MEDIA_TYPES) for iri in media_types)
    )


def _licence_is_known(judged: QualitySubject) -> bool:
    licences = judged.view.texts(judged.distribution, "dct:license")
    return any(iri in KNOWN_LICENCES or iri.startswith(_EU_LICENCES) for iri in licences)


def _access_is_from_the_list(judged: QualitySubject) -> bool:
    rights = judged.view.texts(judged.dataset, "dct:accessRights")
    return bool(rights) and all(iri.startswith(code_lists.ACCESS_RIGHT.iri) for iri in rights)


METRICS = (
    Metric("keywordAvailability", "findability", 30, _dataset_has("dcat:keyword")),
    Metric("categoryAvailability", "findability", 30, _dataset_has("dcat:theme")),
    Metric("spatialAvailability", "findability", 20, _dataset_has("dct:spatial")),
    Metric("temporalAvailability", "findability", 20, _dataset_has("dct:temporal")),
    Metric("accessUrlStatusCode", "accessibility", 50, _answers("dcat:accessURL")),
    Metric("downloadUrlAvailability", "accessibility", 20, _distribution_has("dcat:downloadURL")),
    Metric("downloadUrlStatusCode", "accessibility", 30, _answers("dcat:downloadURL")),
    Metric("formatAvailability", "interoperability", 20, _distribution_has("dct:format"), -5),
    Metric("mediaTypeAvailability", "interoperability", 10, _distribution_has("dcat:mediaType"), -5),
    Metric("formatMediaTypeVocabularyAlignment", "interoperability", 10, _are_from_the_lists),
    Metric(
        "formatMediaTypeNonProprietary",
        "interoperability",
        20,
        lambda judged: bool(_file_types(judged) & NON_PROPRIETARY),
    ),
    Metric(
        "formatMediaTypeMachineInterpretable",
        "interoperability",
        20,
        lambda judged: bool(_file_types(judged) & MACHINE_READABLE),
    ),
    Metric("dcatApCompliance", "interoperability", 30, lambda judged: judged.complies),
    Metric("licenceAvailability", "reusability", 20, _distribution_has("dct:license")),
    Metric("knownLicence", "reusability", 10, _licence_is_known),
    Metric("accessRightsAvailability", "reusability", 10, _dataset_has("dct:accessRights")),
    Metric("accessRightsVocabularyAlignment", "reusability", 5, _access_is_from_the_list),
    Metric("contactPointAvailability", "reusability", 20, _dataset_has("dcat:contactPoint")),
    Metric("publisherAvailability", "reusability", 10, _dataset_has("dct:publisher")),
    Metric("rightsAvailability", "contextuality", 5, _distribution_has("dct:rights")),
    Metric("byteSizeAvailability", "contextuality", 5, _distribution_has("dcat:byteSize")),
    Metric("dateIssuedAvailability", "contextuality", 5, _distribution_has("dct:issued")),
    Metric("dateModifiedAvailability", "contextuality", 5, _distribution_has("dct:modified")),
)
"""The metrics of data.europa.eu's Metadata Quality Assessment with their points (pv:trueScore, pv:falseScore)."""


@dataclass(frozen=True)
class Score:
    """The points of one distribution by dimension, and the metrics that missed theirs, with what they would bring."""

    distribution: str
    points: dict[str, int]
    missing: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """Return the points of all dimensions together."""
        return sum(self.points.values())


def score(judged: QualitySubject) -> Score:
    """Return the points of a distribution."""
    points = dict.fromkeys(DIMENSIONS, 0)
    missing: list[tuple[str, int]] = []
    for metric in METRICS:
        fulfilled = metric.is_true(judged)
        points[metric.dimension] += metric.points if fulfilled else metric.otherwise
        if not fulfilled:
            missing.append((metric.name, metric.points - metric.otherwise))
    return Score(judged.distribution.value, points, tuple(missing))


def rating(points: int, language: str) -> str:
    """Return the word that data.europa.eu has for *points*."""
    words = ((de if language == "de" else en) for least, de, en in RATINGS if points >= least)
    return next(words, "schlecht" if language == "de" else "bad")
