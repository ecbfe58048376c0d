"""Where each rule of a rehearsal stands in the code of the portal: repository, version, file and function.

The code was read in these versions; what a portal runs today may be newer. Data.europa.eu publishes no newer code of
its hub on GitHub than the one that is named here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class HarvesterRule:
    """A rule: the *function* in the *file* of a public *repository* on GitHub, as of the tag or commit *version*."""

    repository: str
    version: str
    file: str
    function: str

    @property
    def url(self) -> str:
        """Return the address of the file in that version."""
        return f"https://github.com/{self.repository}/blob/{self.version}/{self.file}"


_CKAN = ("ckan/ckan", "ckan-2.12.0")
_DCAT = ("ckan/ckanext-dcat", "v2.4.4")
_DCAT_DE = ("GovDataOfficial/ckanext-dcatde", "10f6dfff2de824749ad1dc9bace3a607c2f17284")
_HUB = ("piveau-data/piveau-hub-registry", "7b17b3a0fcf4424afd5834e44ee2d7dc2e36b82b")
_MQA = ("piveau-data/piveau-vocabularies", "7b29f2a4f6dab8cdadc0b2765fd5729e7307428b")
_HARVESTERS, _PROFILES = "ckanext/dcat/harvesters", "ckanext/dcat/profiles"
_JAVA = "src/main/java/io/piveau/hub"


def _base(function: str) -> HarvesterRule:
    return HarvesterRule(*_DCAT, f"{_PROFILES}/base.py", function)


def _harvester(function: str) -> HarvesterRule:
    return HarvesterRule(*_DCAT, f"{_HARVESTERS}/rdf.py", function)


def _govdata(file: str, function: str) -> HarvesterRule:
    return HarvesterRule(*_DCAT_DE, f"ckanext/dcatde/{file}", function)


def _parser(function: str) -> HarvesterRule:
    return HarvesterRule(*_HUB, f"{_JAVA}/util/rdf/PropertyParser.java", function)


_DATASET = HarvesterRule(*_DCAT, f"{_PROFILES}/euro_dcat_ap_base.py", "_parse_dataset_base")
_VERSION_2 = HarvesterRule(*_DCAT, f"{_PROFILES}/euro_dcat_ap_2.py", "_parse_dataset_v2")
_PUT = HarvesterRule(*_HUB, f"{_JAVA}/services/datasets/DatasetsServiceImpl.java", "putDataset")
_TWINS = _govdata("harvesters/harvest_utils.py", "handle_duplicates")
ONE_LANGUAGE = _base("_object_value")
DATES_COMPARED = _govdata("harvesters/harvest_utils.py", "compare_metadata_modified")
NEXT_PAGE = HarvesterRule(*_DCAT, "ckanext/dcat/processors.py", "next_page")
HEAD_REQUEST = HarvesterRule(*_DCAT, f"{_HARVESTERS}/base.py", "_get_content_and_type")
DELETED_FOR_GOOD = HarvesterRule(*_DCAT, f"{_HARVESTERS}/base.py", "_get_existing_dataset")
FORMAT_LIST = _base("_distribution_format")
LICENCE_LIST = _base("_license")
POINTS = HarvesterRule(*_MQA, "src/main/resources/piveau-dqv-vocabulary.ttl", "pv:trueScore, pv:falseScore")

_CKAN_STEPS = {
    "new": _harvester("import_stage"),
    "always": _harvester("import_stage"),
    "not-listed": _harvester("_mark_datasets_for_deletion"),
    "no-title": HarvesterRule(*_DCAT, f"{_HARVESTERS}/base.py", "_get_package_name"),
    "bad-keyword": HarvesterRule(*_CKAN, "ckan/logic/validators.py", "tag_name_validator"),
}
_STEPS: Mapping[str, Mapping[str, HarvesterRule]] = {
    "CKAN": _CKAN_STEPS,
    "GovData": {
        **_CKAN_STEPS,
        "new": _govdata("harvesters/dcatde_rdf.py", "import_stage"),
        "always": _govdata("harvesters/dcatde_rdf.py", "import_stage"),
        "not-listed": _govdata("harvesters/dcatde_rdf.py", "_mark_datasets_for_deletion"),
        "twin-newer": _TWINS,
        "twin-no-date": _TWINS,
    },
    "data.europa.eu": {
        "new": _PUT,
        "changed": _PUT,
        "unchanged": _PUT,
        "not-listed": HarvesterRule(*_HUB, f"{_JAVA}/services/datasets/DatasetsServiceImpl.java", "deleteDataset"),
    },
}
_CKAN_FIELDS = {
    "tags": _base("_keywords"),
    **dict.fromkeys(("contact_uri", "contact_name", "contact_email"), _base("_contact_details")),
    **dict.fromkeys(("contact_identifier", "contact_url"), _base("_contact_details")),
    **{
        f"{role}_{name}": _base("_agents_details")
        for role in ("publisher", "creator")
        for name in ("uri", "name", "email", "url", "type", "identifier")
    },
    **dict.fromkeys(("temporal_start", "temporal_end"), _base("_time_interval")),
    **{f"spatial_{name}": _base("_spatial") for name in ("uri", "text", "bbox", "centroid")},
    **dict.fromkeys(("access_rights", "rights"), _base("_access_rights")),
    **dict.fromkeys(("format", "mimetype"), FORMAT_LIST),
    "size": _base("_object_value_int"),
    "availability": _VERSION_2,
}
_GOVDATA_FIELDS = {
    **_CKAN_FIELDS,
    **dict.fromkeys(
        ("contributorID", "politicalGeocodingLevelURI", "metadata_original_html", "licenseAttributionByText"),
        _govdata("profiles.py", "parse_dataset"),
    ),
    "author": _govdata("profiles.py", "_parse_contact"),
    **{
        f"maintainer_{name}": _govdata("profiles.py", "_parse_contact_vcard")
        for name in ("url", "tel", "street", "zip", "city", "country")
    },
    "license": _govdata("harvesters/dcatde_rdf.py", "_amend_package"),
}
_EU_FIELDS = {
    "title": _parser("getMTECDctTitle"),
    "description": _parser("getMTECDctDescription"),
    "categories": _parser("getDcatTheme"),
    "languages": _parser("getDctLanguage"),
    "contact_points": _parser("getDcatContactPoint"),
    "keywords": _parser("getDcatKeyword"),
    "spatial": _parser("getDctSpatialForDataset"),
    "access_right": _parser("getDctAccssRights"),
    "conforms_to": _parser("getDctConformsTo"),
    "documentations": _parser("getFoafPage"),
    "release_date": _parser("getDctIssued"),
    "modification_date": _parser("getDctModified"),
    "publisher": _parser("getDctPublisher"),
    "landing_page": _parser("getDcatLandingPage"),
    "provenances": _parser("getDctProvenance"),
    "access_url": _parser("getDcatAccessUrl"),
    "download_urls": _parser("getDcatDownloadUrl"),
    "format": _parser("getDctFormat"),
    "media_type": _parser("getDcatMediaType"),
    "licence": _parser("getDctLicense"),
    "resources": _parser("getDcatDistributions"),
}
_FIELDS: Mapping[str, tuple[Mapping[str, HarvesterRule], HarvesterRule]] = {
    "CKAN": (_CKAN_FIELDS, _DATASET),
    "GovData": (_GOVDATA_FIELDS, _DATASET),
    "data.europa.eu": (
        _EU_FIELDS,
        HarvesterRule(*_HUB, f"{_JAVA}/converters/DatasetToIndexConverter.java", "convert"),
    ),
}


def step_rule(portal: str, reason: str) -> HarvesterRule:
    """Return the rule by which *portal* does what it does with a dataset, for the *reason* that the rehearsal names."""
    return _STEPS[portal][reason]


def field_rule(portal: str, field: str) -> HarvesterRule:
    """Return the rule by which *portal* fills a *field* of a dataset or a file."""
    rules, otherwise = _FIELDS[portal]
    return rules.get(field, otherwise)


def fields_rules(portal: str, fields: Iterable[str]) -> Sequence[HarvesterRule]:
    """Return the rules of *fields*, each once."""
    return list(dict.fromkeys(field_rule(portal, field) for field in fields))
