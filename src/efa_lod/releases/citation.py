"""Say how to cite a release: Citation File Format 1.2.0, BibTeX and RIS, all from the settings of the publication.

The licence is that of the data; CFF's list of licences is older than dl-by-de, so it is named by its address. There is
no ``.zenodo.json``, which would make Zenodo ignore this file.
"""

import json
import re
from collections.abc import Mapping

from efa_lod.model.code_lists import LICENCE
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import is_mapping

CITATION_FILE = "CITATION.cff"
_LICENCE_PAGES = {
    "dl-by-de/2.0": "https://www.govdata.de/dl-de/by-2-0",
    "dl-zero-de/2.0": "https://www.govdata.de/dl-de/zero-2-0",
}
_SPDX = {
    "dl-by-de/2.0": "DL-DE-BY-2.0",
    "dl-zero-de/2.0": "DL-DE-ZERO-2.0",
    "cc-by/4.0": "CC-BY-4.0",
    "cc-by-de/3.0": "CC-BY-3.0-DE",
    "cc-zero": "CC0-1.0",
}
_MAKERS = "The efa-lod contributors"
_YEAR = re.compile(r"[0-9]{4}")


def licence_page(publication: Publication) -> str:
    """Return the address of the text of the licence of the data."""
    licence = str(publication.settings.value["licence"])
    return _LICENCE_PAGES.get(LICENCE.code(licence), licence)


def licence_identifier(publication: Publication) -> str:
    """Return the identifier that SPDX gives the licence of the data, or an empty text."""
    return _SPDX.get(LICENCE.code(str(publication.settings.value["licence"])), "")


def year_of(publication: Publication) -> int:
    """Return the year in which the release is published."""
    found = _YEAR.match(str(publication.settings.value["modified"]))
    return int(found[0]) if found else 0


def release_iri(publication: Publication) -> str:
    """Return the IRI of the release that the publication is at."""
    return f"{publication.base_iri}release/{publication.version}"


def author_of(publication: Publication) -> str:
    """Return whom to cite: the publisher, or whoever made the data where the publisher is a sample."""
    return _MAKERS if publication.is_sample else str(publication.settings.value["publisher"]["name"])


def citation_cff(publication: Publication) -> bytes:
    """Return the citation of the data as ``CITATION.cff``."""
    settings = publication.settings.value
    about = publication.texts("en")
    values: Mapping[str, object] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": about["title"],
        "abstract": " ".join(about["description"].split()),
        "authors": [{"name": author_of(publication)}],
        "version": publication.version,
        "date-released": str(settings["modified"]),
        "license-url": licence_page(publication),
        "url": f"{publication.base_iri}dataset",
        "identifiers": [
            {"type": "url", "value": release_iri(publication), "description": "this release"},
            {"type": "url", "value": f"{publication.base_iri}dataset", "description": "the dataset"},
        ],
        "keywords": list(settings["keywords"]["en"]),
    }
    head = "# Generated from data/publication.yaml. The licence is that of the data; see LICENSE for the program.\n"
    return (head + "".join(_yaml(key, value) for key, value in values.items())).encode()


def _yaml(key: str, value: object) -> str:
    if isinstance(value, list):
        return f"{key}:\n" + "".join(_item(one) for one in value)
    return f"{key}: {json.dumps(value, ensure_ascii=False)}\n"


def _item(value: object) -> str:
    if not is_mapping(value):
        return f"  - {json.dumps(value, ensure_ascii=False)}\n"
    lines = [f"{key}: {json.dumps(text, ensure_ascii=False)}\n" for key, text in value.items()]
    return "  - " + "    ".join(lines)


def bibtex_entry(publication: Publication, language: str) -> str:
    """Return the citation of the release for BibTeX."""
    fields = {
        "author": f"{{{_tex(author_of(publication))}}}",
        "title": f"{{{_tex(publication.texts(language)['title'])}}}",
        "year": f"{year_of(publication)}",
        "version": publication.version,
        "url": release_iri(publication),
        "note": _tex(f"{'Datensatz' if language == 'de' else 'Dataset'}, {publication.version}"),
    }
    body = "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items())
    return f"@misc{{efa-lod-{publication.version},\n{body}}}\n"


def _tex(text: str) -> str:
    text = " ".join(text.split())
    return re.sub(r"([\\{}$&#%_^~])", lambda found: "\\" + found[1] if found[1] not in "\\^~" else " ", text)


def ris(publication: Publication, language: str) -> str:
    """Return the citation of the release in the format of RIS."""
    settings = publication.settings.value
    day = str(settings["modified"]).replace("-", "/")
    lines = [
        ("TY", "DATA"),
        ("AU", author_of(publication)),
        ("TI", publication.texts(language)["title"]),
        ("PY", str(year_of(publication))),
        ("DA", day),
        ("ET", publication.version),
        ("PB", settings["publisher"]["name"]),
        ("UR", release_iri(publication)),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(str(value).split())}\r\n" for tag, value in lines)
