"""Write version and day of a release into the headers of the Turtle files of vocabularies and shapes.

The ontology, its companions and the shapes are published with each edition of the data and have no versions of their
own.
"""

import re
from collections.abc import Iterator

from efa_lod.model.publication import Publication
from efa_lod.releases.ledger import DataRelease

_VERSION = re.compile(r'(?m)^    owl:versionInfo "([^"\n]+)" ;$')
_IRI = re.compile(r"(?m)^    owl:versionIRI <([^>\n]+)/[^>/\n]+> ;\n(?:    owl:priorVersion <[^>\n]+> ;\n)?")
_MODIFIED = re.compile(r'(?m)^    dct:modified "[^"\n]*"\^\^xsd:date ;$')
_ISSUED = re.compile(r'(?m)^    dct:issued "[^"\n]*"\^\^xsd:date ;$')


def versioned_files(publication: Publication, release: DataRelease) -> Iterator[tuple[str, bytes]]:
    """Yield the vocabularies and shapes of *publication* whose headers change with *release*, as path and content."""
    for path in (*publication.glob("ontology/*.ttl"), *publication.glob("shapes/*.ttl")):
        text = (publication.folder / path).read_bytes().decode("utf-8-sig")
        changed = versioned(text, release.version, release.day)
        if changed != text:
            yield path, changed.encode()


def versioned(text: str, version: str, day: str) -> str:
    """Return the Turtle *text* with *version* and *day* in its header; a file that no release had yet is issued then.

    A text without the header of a versioned vocabulary is returned as it is.
    """
    header, found = _IRI.search(text), _VERSION.search(text)
    if not (header and found and _MODIFIED.search(text)):
        return text
    iri, before = header[1], found[1]
    prior = f"    owl:priorVersion <{iri}/{before}> ;\n" if before != version else ""
    kept = header[0].partition("\n")[2] if before == version else prior
    text = text.replace(header[0], f"    owl:versionIRI <{iri}/{version}> ;\n{kept}", 1)
    text = text.replace(found[0], f'    owl:versionInfo "{version}" ;', 1)
    issued = "" if _ISSUED.search(text) else f'    dct:issued "{day}"^^xsd:date ;\n'
    return _MODIFIED.sub(f'{issued}    dct:modified "{day}"^^xsd:date ;', text, count=1)
