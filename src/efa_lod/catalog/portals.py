"""What the portals do with a catalogue: the fields they take over, and how they know a dataset again.

Every rule is from the code of a portal; ``harvester_code`` says where each stands. The list of licences is
http://dcat-ap.de/def/licenses/, the points of data.europa.eu are in ``mqa``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pyoxigraph as ox

from efa_lod.catalog.catalogue_view import View
from efa_lod.model import code_lists
from efa_lod.rdf.subject_index import Node


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
    only: tuple[type[Node], ...] = (ox.NamedNode, ox.BlankNode, ox.Literal)


def _is_date(text: str) -> bool:
    return _DATE.match(text.strip()) is not None


_DATE = re.compile(r"\d{4}(-\d\d(-\d\d([T ].+|Z|[+-]\d\d:\d\d)?)?)?$")
"""A year, a month, a day or a moment, as ``ckanext/dcat/validators.py`` tells them apart."""


def _is_number(text: str) -> bool:
    """Return whether ``int(float(text))`` is a number (``profiles/base.py``, ``_object_value_int``)."""
    try:
        return int(float(text)) >= 0
    except (ValueError, OverflowError):
        return False


def tags_of(keyword: str) -> list[str]:
    """Return the tags that CKAN makes of one *keyword*: it is split at commas (``profiles/base.py``, ``_keywords``)."""
    return [part.strip() for part in keyword.split(",")] if "," in keyword else [keyword]


def is_good_keyword(text: str) -> bool:
    """Return whether CKAN takes *text* as keyword: each of its tags (``ckan/logic/validators.py``: length and name)."""
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


def is_dcat_de_licence(text: str) -> bool:
    """Return True if *text* is a licence of the list of DCAT-AP.de."""
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


def _dcat_de(name: str) -> str:
    """Return the paths to a property of DCAT-AP.de in the namespaces of its versions, the newest first."""
    return " | ".join(f"{prefix}:{name}" for prefix in ("dcatde", "dcatde101", "dcatde10"))


def _maintainer(*names: str, address: bool = False) -> str:
    """Return the paths to what GovData reads of a contact, from its address if it has one."""
    places = ("/vcard:hasAddress", "") if address else ("",)
    steps = [step for name in names for step in (f"vcard:{name}/vcard:hasValue", f"vcard:{name}")]
    return " | ".join(f"dcat:contactPoint{place}/{step}" for place in places for step in steps)


_GOVDATA_DATASET = (
    *_CKAN_DATASET,
    Field("contributorID", _dcat_de("contributorID")),
    Field("politicalGeocodingLevelURI", _dcat_de("politicalGeocodingLevelURI"), "first"),
    Field("metadata_original_html", "dcat:landingPage", "first"),
    Field("availability", "dcatap:availability", "first"),
    Field("author", "dct:creator[foaf:Agent,foaf:Person,foaf:Organization]/foaf:name", "first"),
    Field("maintainer_url", _maintainer("hasURL"), "first"),
    Field("maintainer_tel", _maintainer("hasTelephone"), "first", optional=True),
    *(
        Field(f"maintainer_{name}", _maintainer(*names, address=True), "first", optional=True)
        for name, *names in (
            ("street", "hasStreetAddress", "street-address"),
            ("zip", "hasPostalCode", "postal-code"),
            ("city", "hasLocality", "locality"),
            ("country", "hasCountryName", "country-name"),
        )
    ),
)
_GOVDATA_RESOURCE = (
    *_CKAN_RESOURCE,
    Field("licenseAttributionByText", _dcat_de("licenseAttributionByText"), "first", optional=True),
)


def _is_of(authority: str) -> Callable[[str], bool]:
    """Return what tells whether a text is an IRI of that list of the Publications Office."""
    return lambda text: text.startswith(f"http://publications.europa.eu/resource/authority/{authority}/")


_EU_DATASET = (
    Field("title", "dct:title"),
    Field("description", "dct:description"),
    Field("categories", "dcat:theme", usable=_is_of("data-theme")),
    Field("languages", "dct:language", usable=_is_of("language")),
    Field("contact_points", " | ".join(f"dcat:contactPoint/vcard:{name}" for name in ("fn", "hasEmail"))),
    Field("keywords", "dcat:keyword"),
    Field("spatial", "dct:spatial/locn:geometry", "first", optional=True),
    Field("access_right", "dct:accessRights", "first"),
    Field("conforms_to", "dct:conformsTo"),
    Field("documentations", "foaf:page", only=_IRI),
    Field("release_date", "dct:issued", "first", usable=_is_date),
    Field("modification_date", "dct:modified", "first", usable=_is_date),
    Field("publisher", "dct:publisher", "first"),
    Field("landing_page", "dcat:landingPage"),
    Field("provenances", "dct:provenance"),
)
_EU_RESOURCE = (
    Field("title", "dct:title"),
    Field("description", "dct:description"),
    Field("access_url", "dcat:accessURL", "first", only=_IRI),
    Field("download_urls", "dcat:downloadURL", optional=True),
    Field("format", "dct:format", "first"),
    Field("media_type", "dcat:mediaType", "first"),
    Field("licence", "dct:license", "first"),
)


@dataclass(frozen=True)
class Portal:
    """A portal: its *name*, where its rules were read, and the fields of a dataset and of each file that it shows.

    *needs_title* says that a dataset without a title is not imported, *licences* that a file without a licence gets a
    closed one, and that the list of DCAT-AP.de is the one it knows, *merges* that datasets with one identifier are
    taken for the same, *skips* that a dataset is left alone while nothing in it changed, *lists* that formats and
    licences are named by the lists of ``ckan_lists``.
    """

    name: str
    source: str
    dataset: tuple[Field, ...]
    resource: tuple[Field, ...]
    needs_title: bool = False
    refuses_bad_keywords: bool = False
    licences: bool = False
    merges: bool = False
    skips: bool = False
    lists: bool = False


PORTALS = (
    Portal(
        "GovData",
        "ckanext-dcatde: profiles.py, harvesters/dcatde_rdf.py, harvesters/harvest_utils.py",
        _GOVDATA_DATASET,
        _GOVDATA_RESOURCE,
        needs_title=True,
        refuses_bad_keywords=True,
        licences=True,
        merges=True,
    ),
    Portal(
        "CKAN",
        "ckanext-dcat 2.4.4: harvesters/rdf.py, profiles/euro_dcat_ap_3.py",
        _CKAN_DATASET,
        _CKAN_RESOURCE,
        needs_title=True,
        refuses_bad_keywords=True,
        lists=True,
    ),
    Portal(
        "data.europa.eu",
        "piveau-hub-registry: DatasetsServiceImpl.java, DatasetHelper.java, DatasetToIndexConverter.java",
        _EU_DATASET,
        _EU_RESOURCE,
        skips=True,
    ),
)


def shown_and_lost(view: View, node: Node, fields: Iterable[Field]) -> Iterator[tuple[Field, str]]:
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


def _are_translations(values: Iterable[Node]) -> bool:
    """Return whether *values* are texts, each in another language."""
    languages = [value.language if isinstance(value, ox.Literal) else None for value in values]
    return all(languages) and len(set(languages)) == len(languages)


def in_locale(view: View, node: Node, path: str, locale: str) -> str:
    """Return the text that CKAN shows with *locale* of those under *path*: in that language, else the first."""
    values = view.values(node, path)
    own = (value for value in values if isinstance(value, ox.Literal) and value.language == locale)
    return next(own, values[0]).value if values else ""
