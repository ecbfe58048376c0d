"""What CKAN makes of formats and licences, by the lists that come with it.

A format is named by the list ``config/resource_formats.json`` where that knows the media type, which is its label where
it has one; else the IRI is shown (ckanext-dcat 2.4.4, ``profiles/base.py``, ``_distribution_format``). A dataset's
``license_id`` is that of the first file whose licence is in ``model/license.py`` by its very address (``_license``),
else empty.
"""

from efa_lod.catalog.catalogue_view import View
from efa_lod.rdf.subject_index import Node

_FORMATS = {
    "application/atom+xml": "Atom Feed",
    "application/geo+json": "GeoJSON",
    "application/json": "JSON",
    "application/owl+xml": "OWL",
    "application/pdf": "PDF",
    "application/rdf+xml": "RDF",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/xml": "XML",
    "application/zip": "ZIP",
    "text/csv": "CSV",
    "text/html": "HTML",
    "text/plain": "TXT",
    "text/tab-separated-values": "TSV",
    "text/xml": "XML",
}
_OPEN_DEFINITION = "http://www.opendefinition.org/licenses/"
_LICENCES = {
    **{f"{_OPEN_DEFINITION}{name}": name for name in ("cc-by", "cc-by-sa", "cc-zero", "gfdl")},
    **{f"{_OPEN_DEFINITION}{name}": name for name in ("odc-by", "odc-odbl", "odc-pddl")},
    "http://creativecommons.org/licenses/by-nc/2.0/": "cc-nc",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/": "uk-ogl",
}


def ckan_format(view: View, file: Node) -> str:
    """Return what CKAN shows as the format of *file*: a name of its list, or an IRI."""
    media_type = next(iter(view.texts(file, "dcat:mediaType/rdfs:label | dcat:mediaType")), "")
    return _FORMATS.get(media_type) or next(iter(view.texts(file, "dct:format")), "")


def ckan_licence(view: View, dataset: Node) -> str:
    """Return the ``license_id`` that CKAN gives *dataset*, or an empty text."""
    licences = (view.texts(file, "dct:license")[:1] for file in view.values(dataset, "dcat:distribution"))
    return next((_LICENCES[one] for found in licences for one in found if one in _LICENCES), "")
