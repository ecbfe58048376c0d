"""What the portals do with a catalogue: the fields they take over, and how they know a dataset again.

Every rule is from the code or the published definitions of a portal, named beside it:

- CKAN: ckanext-dcat 2.4.4, ``harvesters/rdf.py``, ``harvesters/base.py``, ``processors.py`` (pages),
  ``profiles/euro_dcat_ap_{base,2,3}.py`` and ``profiles/base.py`` (values: ``_object_value``, ``_object_value_int``,
  ``_keywords``, ``_spatial``, ``_time_interval``, ``_contact_details``, ``_agents_details``, ``_distribution_format``)
- GovData: ckanext-dcatde, ``profiles.py``, ``harvesters/dcatde_rdf.py`` and ``harvesters/harvest_utils.py``, on top of
  CKAN; the list of licences is http://dcat-ap.de/def/licenses/
- data.europa.eu: piveau-hub-registry, ``converters/DatasetToIndexConverter.java``, ``dataobjects/DatasetHelper.java``
  and ``services/datasets/DatasetsServiceImpl.java``; its points are in ``mqa``
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
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
_LOCN = "http://www.w3.org/ns/locn#"
_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SCHEMA = "http://schema.org/"
_TIME = "http://www.w3.org/2006/time#"
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_PREFIXES = {
    "adms": _ADMS,
    "dcat": DCAT,
    "dcatap": _DCATAP,
    "dcatde": _DCATDE,
    "dct": DCT,
    "foaf": _FOAF,
    "locn": _LOCN,
    "owl": _OWL,
    "rdfs": _RDFS,
    "schema": _SCHEMA,
    "skos": _SKOS,
    "time": _TIME,
    "vcard": _VCARD,
}

Term = ox.NamedNode | ox.BlankNode | ox.Literal


class View:
    """A catalogue to look things up in."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._about: dict[Term, dict[str, list[Term]]] = {}
        for subject, predicate, value in triples:
            if not isinstance(subject, ox.Triple) and not isinstance(value, ox.Triple):
                self._about.setdefault(subject, {}).setdefault(predicate.value, []).append(value)

    def values(self, node: Term, path: str) -> list[Term]:
        """Return what *node* has for the first of the paths in *path* that leads anywhere, in the order written.

        A path is a row of prefixed properties joined by slashes; several paths are joined by `` | ``.
        """
        return next(filter(None, (self._reached(node, one) for one in path.split(" | "))), [])

    def _reached(self, node: Term, path: str) -> list[Term]:
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
    """A field of a portal, filled from *path*; of several values it keeps the ``first``, the ``last`` or ``all``.

    A field that is ``one_language`` shows, of one text in several languages, that of the portal. *only* names the kinds
    of terms that it takes.
    """

    name: str
    path: str
    keeps: str = "all"
    optional: bool = False
    usable: Callable[[str], bool] = bool
    one_language: bool = False
    only: tuple[type[Term], ...] = (ox.NamedNode, ox.BlankNode, ox.Literal)


def _is_date(text: str) -> bool:
    return _DATE.match(text.strip()) is not None


_DATE = re.compile(r"\d{4}(-\d\d(-\d\d([T ].+|Z|[+-]\d\d:\d\d)?)?)?$")
"""A year, a month, a day or a moment, as ``ckanext/dcat/validators.py`` tells them apart."""


def _is_number(text: str) -> bool:
    """Tell whether ``int(float(text))`` is a number (``profiles/base.py``, ``_object_value_int``)."""
    try:
        return int(float(text)) >= 0
    except (ValueError, OverflowError):
        return False


def tags_of(keyword: str) -> list[str]:
    """Return the tags that CKAN makes of one *keyword*: it is split at commas (``profiles/base.py``, ``_keywords``)."""
    return [part.strip() for part in keyword.split(",")] if "," in keyword else [keyword]


def is_good_keyword(text: str) -> bool:
    """Tell whether CKAN accepts *text* as keyword: each of its tags (``ckan/logic/validators.py``: length and name)."""
    return all(_TAG.fullmatch(tag) for tag in tags_of(text))


def moment_of(text: str) -> datetime | None:
    """Return the moment that *text* names, or None where it names none.

    GovData compares moments (ckanext-dcatde, ``harvest_utils.py``, ``compare_metadata_modified``): a day is its first
    moment, a time without a zone is UTC.
    """
    text = text.strip()
    if re.fullmatch(r"\d{4}(-\d\d)?", text):
        text += "-01-01"[len(text) - 4 :]
    if zoned := re.fullmatch(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)", text):
        text = f"{zoned[1]}T00:00:00{zoned[2]}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_TAG = re.compile(r"[\w .-]{2,100}")


def _is_dcat_de_licence(text: str) -> bool:
    return code_lists.LICENCE.code(text) != ""


_IRI = (ox.NamedNode,)
_TEXT = (ox.Literal,)
_CONTACT = ("dcat:contactPoint", "adms:contactPoint")


def _contact(*names: str) -> str:
    """Return the paths to what a contact has under *names*, directly or, in vCard's long form, by vcard:hasValue."""
    steps = [step for name in names for step in (f"{name}/vcard:hasValue", name)]
    return " | ".join(f"{point}/{step}" for point in _CONTACT for step in steps)


def _time(end: str, bound: str) -> str:
    """Return the paths to one end of a period (``profiles/base.py``, ``_time_interval``)."""
    times = ("inXSDDateTimeStamp", "inXSDDateTime", "inXSDDate")
    owl_time = (f"dct:temporal/time:{bound}/time:{time}" for time in times)
    return " | ".join([f"dct:temporal/dcat:{end}", *owl_time, f"dct:temporal/schema:{end}"])


def _agent_fields(role: str) -> Iterator[Field]:
    agent = f"dct:{role}"
    yield Field(f"{role}_uri", agent, "first", only=_IRI)
    yield Field(f"{role}_name", f"{agent}/foaf:name", "first", one_language=True)
    yield Field(f"{role}_email", f"{agent}/foaf:mbox | {agent}/vcard:hasEmail", "first")
    for name, path in (("url", "foaf:homepage"), ("type", "dct:type"), ("identifier", "dct:identifier")):
        yield Field(f"{role}_{name}", f"{agent}/{path}", "first")


_CKAN_DATASET = (
    Field("title", "dct:title", "first", one_language=True),
    Field("notes", "dct:description", "first", one_language=True),
    Field("url", "dcat:landingPage", "first"),
    Field("version", "dcat:version | owl:versionInfo | adms:version", "first"),
    Field("version_notes", "adms:versionNotes", "first", optional=True, one_language=True),
    Field("tags", "dcat:keyword"),
    Field("issued", "dct:issued", "first", usable=_is_date),
    Field("modified", "dct:modified", "first", usable=_is_date),
    Field("identifier", "dct:identifier", "first"),
    Field("frequency", "dct:accrualPeriodicity", "first"),
    Field("provenance", "dct:provenance/rdfs:label | dct:provenance", "first", one_language=True),
    Field("language", "dct:language"),
    Field("theme", "dcat:theme"),
    Field("conforms_to", "dct:conformsTo"),
    Field("documentation", "foaf:page"),
    Field("contact_uri", " | ".join(_CONTACT), "first", only=_IRI),
    Field("contact_name", _contact("vcard:fn", "vcard:hasFN"), "first", one_language=True),
    Field("contact_email", _contact("vcard:hasEmail"), "first"),
    Field("contact_identifier", _contact("vcard:hasUID"), "first"),
    Field("contact_url", _contact("vcard:hasURL"), "first"),
    *_agent_fields("publisher"),
    *_agent_fields("creator"),
    Field("temporal_start", _time("startDate", "hasBeginning"), "first", usable=_is_date),
    Field("temporal_end", _time("endDate", "hasEnd"), "first", usable=_is_date),
    Field("spatial_uri", "dct:spatial", "last", only=_IRI),
    Field(
        "spatial_text",
        "dct:spatial/rdfs:label | dct:spatial/skos:prefLabel | dct:spatial",
        "last",
        one_language=True,
        only=_TEXT,
    ),
    Field("spatial_bbox", "dct:spatial/dcat:bbox", "last"),
    Field("spatial_centroid", "dct:spatial/dcat:centroid", "last"),
    Field("access_rights", "dct:accessRights", "first"),
)
_CKAN_RESOURCE = (
    Field("name", "dct:title", "first", one_language=True),
    Field("description", "dct:description", "first", one_language=True),
    Field("access_url", "dcat:accessURL", "first"),
    Field("download_url", "dcat:downloadURL", "first", optional=True),  # without one, they link the access_url
    Field("issued", "dct:issued", "first", usable=_is_date),
    Field("modified", "dct:modified", "first", usable=_is_date),
    Field("license", "dct:license", "first"),
    Field("rights", "dct:rights/rdfs:label | dct:rights", "first", one_language=True),
    Field("language", "dct:language"),
    Field("documentation", "foaf:page"),
    Field("conforms_to", "dct:conformsTo"),
    Field("mimetype", "dcat:mediaType/rdfs:label | dcat:mediaType", "first"),
    Field("format", "dct:format/rdfs:label | dct:format | dcat:mediaType", "first"),
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


def shown_and_lost(view: View, node: Term, fields: Iterable[Field]) -> Iterator[tuple[Field, str]]:
    """Yield each of *fields* with its fate for *node*: shown, translated, empty, missing, unusable or several.

    ``translated`` is a text in several languages of which the portal shows one (``profiles/base.py``,
    ``_object_value``: that of its own locale, else the first).
    """
    for field in fields:
        values = [value for value in view.values(node, field.path) if value.value.strip()]
        values = [value for value in values if isinstance(value, field.only)]
        if not values:
            yield field, "empty" if field.optional else "missing"
        elif not all(field.usable(value.value) for value in values):
            yield field, "unusable"
        elif field.keeps == "all" or len(values) == 1:
            yield field, "shown"
        else:
            yield field, "translated" if field.one_language and _are_translations(values) else "several"


def _are_translations(values: Iterable[Term]) -> bool:
    """Tell whether *values* are texts, each in another language."""
    languages = [value.language if isinstance(value, ox.Literal) else None for value in values]
    return all(languages) and len(set(languages)) == len(languages)


def in_locale(view: View, node: Term, path: str, locale: str) -> str:
    """Return the text that CKAN shows with *locale* of those under *path*: in that language, else the first."""
    values = view.values(node, path)
    own = (value for value in values if isinstance(value, ox.Literal) and value.language == locale)
    return next(own, values[0]).value if values else ""
