"""What the portals do with a catalogue: the fields they take over, how they know a dataset again, and their points.

Every rule is from the code or the published definitions of a portal, named beside it:

- CKAN: ckanext-dcat 2.4.4, ``harvesters/rdf.py``, ``harvesters/base.py`` and ``profiles/euro_dcat_ap_{base,2,3}.py``
- GovData: ckanext-dcatde, ``profiles.py``, ``harvesters/dcatde_rdf.py`` and ``harvesters/harvest_utils.py``, on top of
  CKAN; the list of licences is http://dcat-ap.de/def/licenses/
- data.europa.eu: piveau-hub-registry, ``converters/DatasetToIndexConverter.java``, ``dataobjects/DatasetHelper.java``
  and ``services/datasets/DatasetsServiceImpl.java``; the points are those of ``piveau-dqv-vocabulary.ttl``, the lists
  of formats those of the Metadata Quality Assessment (``edp-machine-readable-format.rdf``, ``edp-non-proprietary-…``)
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from efa_lod.model import code_lists
from efa_lod.model.context import RDF_TYPE

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
_ADMS = "http://www.w3.org/ns/adms#"
_DCATAP = "http://data.europa.eu/r5r/"
_DCATDE = "http://dcat-ap.de/def/dcatde/"
_FOAF = "http://xmlns.com/foaf/0.1/"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_PREFIXES = {
    "adms": _ADMS,
    "dcat": DCAT,
    "dcatap": _DCATAP,
    "dcatde": _DCATDE,
    "dct": DCT,
    "foaf": _FOAF,
    "rdfs": _RDFS,
    "skos": _SKOS,
    "vcard": _VCARD,
}
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

Term = ox.NamedNode | ox.BlankNode | ox.Literal


class View:
    """A catalogue to look things up in."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._about: dict[Term, dict[str, list[Term]]] = {}
        for subject, predicate, value in triples:
            if not isinstance(subject, ox.Triple) and not isinstance(value, ox.Triple):
                self._about.setdefault(subject, {}).setdefault(predicate.value, []).append(value)

    def values(self, node: Term, path: str) -> list[Term]:
        """Return what is reached from *node* by *path*, prefixed properties joined by slashes, in the order written."""
        nodes = [node]
        for step in path.split("/"):
            prefix, _, name = step.partition(":")
            iri = _PREFIXES[prefix] + name
            nodes = [value for one in nodes for value in self._about.get(one, {}).get(iri, ())]
        return list(dict.fromkeys(nodes))

    def texts(self, node: Term, path: str) -> list[str]:
        """Return the same as text, empty texts left out."""
        return [value.value for value in self.values(node, path) if value.value.strip()]

    def of_type(self, iri: str) -> list[Term]:
        """Return the things of the type *iri*, in the order written."""
        return [node for node, said in self._about.items() if ox.NamedNode(iri) in said.get(RDF_TYPE, ())]

    @cached_property
    def identified(self) -> dict[str, list[Term]]:
        """Return the datasets by ``dct:identifier``."""
        found: dict[str, list[Term]] = {}
        for dataset in self.of_type(f"{DCAT}Dataset"):
            for identifier in self.texts(dataset, "dct:identifier"):
                found.setdefault(identifier, []).append(dataset)
        return found

    def reachable(self, node: Term) -> frozenset[tuple[Term, str, Term]]:
        """Return all that is said of *node* and of what can be reached from it: what portals store for a dataset."""
        found: set[tuple[Term, str, Term]] = set()
        seen: set[Term] = set()
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            for predicate, values in self._about.get(one, {}).items():
                found.update((one, predicate, value) for value in values)
                waiting += values
        return frozenset(found)


# --- fields ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """A field of a portal, filled from *path*; of several values it keeps the ``first``, the ``last`` or ``all``."""

    name: str
    path: str
    keeps: str = "all"
    optional: bool = False
    usable: Callable[[str], bool] = bool


def _is_date(text: str) -> bool:
    return len(text) >= 10 and text[4] == text[7] == "-" and text[:4].isdigit() and text[5:7].isdigit()


def _is_number(text: str) -> bool:
    return text.isdigit()


def is_good_keyword(text: str) -> bool:
    """Tell whether CKAN accepts *text* as a tag (``ckan/logic/validators.py``: tag length and tag name)."""
    return _KEYWORD.fullmatch(text) is not None


_KEYWORD = re.compile(r"[\w .-]{2,100}")


def _is_dcat_de_licence(text: str) -> bool:
    return code_lists.LICENCE.code(text) != ""


_CKAN_DATASET = (
    Field("title", "dct:title"),
    Field("notes", "dct:description"),
    Field("url", "dcat:landingPage", "first"),
    Field("version", "dcat:version", "first"),
    Field("version_notes", "adms:versionNotes", optional=True),
    Field("tags", "dcat:keyword"),
    Field("issued", "dct:issued", "first", usable=_is_date),
    Field("modified", "dct:modified", "first", usable=_is_date),
    Field("identifier", "dct:identifier", "first"),
    Field("frequency", "dct:accrualPeriodicity", "first"),
    Field("provenance", "dct:provenance/rdfs:label"),
    Field("language", "dct:language"),
    Field("theme", "dcat:theme"),
    Field("conforms_to", "dct:conformsTo"),
    Field("documentation", "foaf:page"),
    Field("contact_uri", "dcat:contactPoint", "first"),
    Field("contact_name", "dcat:contactPoint/vcard:fn", "first"),
    Field("contact_email", "dcat:contactPoint/vcard:hasEmail", "first"),
    Field("contact_identifier", "dcat:contactPoint/vcard:hasUID", "first"),
    Field("contact_url", "dcat:contactPoint/vcard:hasURL", "first"),
    Field("publisher_uri", "dct:publisher", "first"),
    Field("publisher_name", "dct:publisher/foaf:name", "first"),
    Field("publisher_email", "dct:publisher/foaf:mbox", "first"),
    Field("publisher_url", "dct:publisher/foaf:homepage", "first"),
    Field("publisher_type", "dct:publisher/dct:type", "first"),
    Field("publisher_identifier", "dct:publisher/dct:identifier", "first"),
    Field("creator_uri", "dct:creator", "first"),
    Field("creator_name", "dct:creator/foaf:name", "first"),
    Field("creator_email", "dct:creator/foaf:mbox", "first"),
    Field("creator_url", "dct:creator/foaf:homepage", "first"),
    Field("creator_type", "dct:creator/dct:type", "first"),
    Field("creator_identifier", "dct:creator/dct:identifier", "first"),
    Field("temporal_start", "dct:temporal/dcat:startDate", "first", usable=_is_date),
    Field("temporal_end", "dct:temporal/dcat:endDate", "first", usable=_is_date),
    Field("spatial_uri", "dct:spatial", "last"),
    Field("spatial_text", "dct:spatial/skos:prefLabel", "last"),
    Field("spatial_bbox", "dct:spatial/dcat:bbox", "last"),
    Field("spatial_centroid", "dct:spatial/dcat:centroid", "last"),
    Field("access_rights", "dct:accessRights", "first"),
)
_CKAN_RESOURCE = (
    Field("name", "dct:title"),
    Field("description", "dct:description"),
    Field("access_url", "dcat:accessURL", "first"),
    Field("download_url", "dcat:downloadURL", "first", optional=True),  # without one, they link the access_url
    Field("issued", "dct:issued", "first", usable=_is_date),
    Field("modified", "dct:modified", "first", usable=_is_date),
    Field("license", "dct:license", "first"),
    Field("rights", "dct:rights/rdfs:label"),
    Field("language", "dct:language"),
    Field("documentation", "foaf:page"),
    Field("conforms_to", "dct:conformsTo"),
    Field("mimetype", "dcat:mediaType/rdfs:label", "first"),
    Field("format", "dct:format", "first"),
    Field("size", "dcat:byteSize", "first", usable=_is_number),
    Field("availability", "dcatap:availability", "first"),
)
NOT_FILLED = ("status", "hash", "hash_algorithm", "spatial")
"""Fields of CKAN that stay empty: official shapes contradict each other on status, checksum and geometry."""

_GOVDATA_DATASET = (
    *_CKAN_DATASET,
    Field("contributorID", "dcatde:contributorID"),
    Field("politicalGeocodingLevelURI", "dcatde:politicalGeocodingLevelURI", "first"),
    Field("metadata_original_html", "dcat:landingPage", "first"),
    Field("availability", "dcatap:availability", "first"),
    Field("author", "dct:creator/foaf:name", "first"),
    Field("maintainer_url", "dcat:contactPoint/vcard:hasURL", "first"),
    Field("maintainer_tel", "dcat:contactPoint/vcard:hasTelephone", "first", optional=True),
    Field("maintainer_street", "dcat:contactPoint/vcard:hasAddress/vcard:street-address", "first", optional=True),
    Field("maintainer_zip", "dcat:contactPoint/vcard:hasAddress/vcard:postal-code", "first", optional=True),
    Field("maintainer_city", "dcat:contactPoint/vcard:hasAddress/vcard:locality", "first", optional=True),
    Field("maintainer_country", "dcat:contactPoint/vcard:hasAddress/vcard:country-name", "first", optional=True),
)
_GOVDATA_RESOURCE = (
    *(field for field in _CKAN_RESOURCE if field.name != "license"),
    Field("license", "dct:license", "first", usable=_is_dcat_de_licence),
    Field("licenseAttributionByText", "dcatde:licenseAttributionByText", "first", optional=True),
)

_EU_DATASET = (
    Field("title", "dct:title"),
    Field("description", "dct:description"),
    Field("categories", "dcat:theme"),
    Field("languages", "dct:language"),
    Field("contact_points", "dcat:contactPoint"),
    Field("keywords", "dcat:keyword"),
    Field("spatial", "dct:spatial"),
    Field("access_right", "dct:accessRights", "first"),
    Field("conforms_to", "dct:conformsTo"),
    Field("documentations", "foaf:page"),
    Field("release_date", "dct:issued", "first", usable=_is_date),
    Field("modification_date", "dct:modified", "first", usable=_is_date),
    Field("publisher", "dct:publisher", "first"),
    Field("landing_page", "dcat:landingPage"),
    Field("provenances", "dct:provenance"),
)
_EU_RESOURCE = (
    Field("title", "dct:title"),
    Field("description", "dct:description"),
    Field("access_url", "dcat:accessURL"),
    Field("download_urls", "dcat:downloadURL", optional=True),
    Field("format", "dct:format", "first"),
    Field("media_type", "dcat:mediaType", "first"),
    Field("licence", "dct:license", "first"),
    Field("release_date", "dct:issued", "first", usable=_is_date),
    Field("modification_date", "dct:modified", "first", usable=_is_date),
)


@dataclass(frozen=True)
class Portal:
    """A portal: its *name*, where its rules were read, and the fields of a dataset and of each file that it shows.

    *licences* says that a licence outside of DCAT-AP.de's list is turned into a closed one, *merges* that datasets
    with one identifier are taken for the same, *skips* that a dataset is left alone while nothing in it changed.
    """

    name: str
    source: str
    dataset: tuple[Field, ...]
    resource: tuple[Field, ...]
    refuses_bad_keywords: bool = False
    merges: bool = False
    skips: bool = False


PORTALS = (
    Portal(
        "GovData",
        "ckanext-dcatde: profiles.py, harvesters/dcatde_rdf.py, harvesters/harvest_utils.py",
        _GOVDATA_DATASET,
        _GOVDATA_RESOURCE,
        refuses_bad_keywords=True,
        merges=True,
    ),
    Portal(
        "CKAN",
        "ckanext-dcat 2.4.4: harvesters/rdf.py, profiles/euro_dcat_ap_3.py",
        _CKAN_DATASET,
        _CKAN_RESOURCE,
        refuses_bad_keywords=True,
    ),
    Portal(
        "data.europa.eu",
        "piveau-hub-registry: DatasetsServiceImpl.java, DatasetHelper.java, DatasetToIndexConverter.java",
        _EU_DATASET,
        _EU_RESOURCE,
        skips=True,
    ),
)


# --- points ---------------------------------------------------------------------------------------------------------


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
class Judged:
    """What is judged: a distribution of a dataset, whether addresses answer, and whether DCAT-AP is complied with."""

    view: View
    dataset: Term
    distribution: Term
    answers: Callable[[str], bool]
    complies: bool


@dataclass(frozen=True)
class Metric:
    """A metric of piveau's vocabulary: its name there, dimension, points if true and if false, and its test."""

    name: str
    dimension: str
    points: int
    is_true: Callable[[Judged], bool]
    otherwise: int = 0


def _dataset_has(path: str) -> Callable[[Judged], bool]:
    return lambda judged: bool(judged.view.texts(judged.dataset, path))


def _distribution_has(path: str) -> Callable[[Judged], bool]:
    return lambda judged: bool(judged.view.texts(judged.distribution, path))


def _answers(path: str) -> Callable[[Judged], bool]:
    def is_true(judged: Judged) -> bool:
        addresses = judged.view.texts(judged.distribution, path)
        return bool(addresses) and all(map(judged.answers, addresses))

    return is_true


def _file_types(judged: Judged) -> set[str]:
    return {iri.removeprefix(_FILE_TYPES) for iri in judged.view.texts(judged.distribution, "dct:format")}


def _are_from_the_lists(judged: Judged) -> bool:
    formats = judged.view.texts(judged.distribution, "dct:format")
    media_types = judged.view.texts(judged.distribution, "dcat:mediaType")
    return (
        bool(formats and media_types)
        and all(iri.startswith(_FILE_TYPES) for iri in formats)
        and all(iri.startswith(_MEDIA_TYPES) for iri in media_types)
    )


def _licence_is_known(judged: Judged) -> bool:
    licences = judged.view.texts(judged.distribution, "dct:license")
    return any(iri in KNOWN_LICENCES or iri.startswith(_EU_LICENCES) for iri in licences)


def _access_is_from_the_list(judged: Judged) -> bool:
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


def score(judged: Judged) -> Score:
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


def shown_and_lost(view: View, node: Term, fields: Iterable[Field]) -> Iterator[tuple[Field, str]]:
    """Yield each of *fields* with what becomes of it for *node*: shown, empty, missing, unusable or several."""
    for field in fields:
        texts = view.texts(node, field.path)
        if not texts:
            yield field, "empty" if field.optional else "missing"
        elif not all(map(field.usable, texts)):
            yield field, "unusable"
        elif field.keeps != "all" and len(texts) > 1:
            yield field, "several"
        else:
            yield field, "shown"
