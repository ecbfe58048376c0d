"""The settings of a publication: where its files are and what ``data/publication.yaml`` says.

A publication is a folder with ``data/``, ``ontology/`` and ``shapes/``. The one that comes with this package is used
unless another is named. Whoever publishes under another base IRI changes ``baseIri``; the files keep the IRI they
were written with, and it is replaced as they are read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from efa_lod.errors import BadSetting, BrokenInput
from efa_lod.reading import Document, read_documents

WRITTEN_BASE = "https://w3id.org/efa-lod/"
"""The base IRI that stands in the files of ontology/ and shapes/ and in the queries."""

_BASE_IRI = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/([A-Za-z0-9._~-]+/)*$")
_PARTS = ("data", "ontology", "shapes")


@dataclass(frozen=True)
class Publication:
    """A publication: its *folder* and the *settings* read from ``data/publication.yaml``."""

    folder: Path
    settings: Document

    @property
    def base_iri(self) -> str:
        """Return the base of all IRIs of the publication; it ends in a slash."""
        return str(self.settings.value["baseIri"])

    @property
    def version(self) -> str:
        """Return the version of the published data."""
        return str(self.settings.value["version"])

    @property
    def is_sample(self) -> bool:
        """Tell whether publisher, contact and contributor are the sample that comes with the package."""
        return self.settings.value.get("status") != "official"

    def texts(self, language: str) -> Mapping[str, str]:
        """Return title and description in *language* (de or en)."""
        return {key: self.settings.value[key][language] for key in ("title", "description")}

    @cached_property
    def state_files(self) -> list[Path]:
        """Return the files of the states, sorted by name."""
        return sorted(
            file for file in (self.folder / "data/states").glob("*") if file.suffix in (".yaml", ".yml", ".jsonl")
        )

    @cached_property
    def shared_files(self) -> list[Path]:
        """Return the files of what several states refer to: organisations, marketplaces, sources."""
        data = self.folder / "data"
        return [data / "organisations.yaml", data / "marketplaces.yaml", *sorted((data / "sources").glob("*.yaml"))]

    def name_of(self, path: Path) -> str:
        """Return how messages call *path*: relative to the publication where it lies inside."""
        return str(path.relative_to(self.folder)) if path.is_relative_to(self.folder) else str(path)

    def read(self, path: str) -> str:
        """Return the text of a file of the publication, with the base IRI replaced by this publication's."""
        try:
            text = (self.folder / path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BrokenInput(f"{path}: cannot be read: {getattr(error, 'strerror', 'not UTF-8')}") from error
        return text.replace(WRITTEN_BASE, self.base_iri)

    def glob(self, pattern: str) -> Iterator[str]:
        """Yield the names of the files that match *pattern*, relative to the folder, sorted."""
        return (str(path.relative_to(self.folder)) for path in sorted(self.folder.glob(pattern)))


def packaged_folder() -> Path:
    """Return the folder of the publication that comes with this package, installed or in its source tree."""
    installed = Path(__file__).parent / "publication"
    return installed if installed.is_dir() else Path(__file__).parents[2]


def read_publication(folder: Path | None = None, base_iri: str | None = None) -> Publication:
    """Read the publication in *folder*, or the packaged one; *base_iri* overrides the one it sets.

    Raise BadSetting when the folder is no publication or a setting has no usable value.
    """
    folder = folder or packaged_folder()
    missing = [part for part in _PARTS if not (folder / part).is_dir()]
    if missing:
        raise BadSetting(
            f"{folder}: expected a publication with the folders {', '.join(_PARTS)}; missing: {', '.join(missing)}"
        )
    file = folder / "data/publication.yaml"
    settings = next(read_documents(file, "data/publication.yaml"), None)
    if settings is None:
        raise BadSetting("data/publication.yaml: expected the settings of the publication, found an empty file")
    if base_iri is not None:
        settings = replace(settings, value={**settings.value, "baseIri": base_iri})
    _check(settings)
    return Publication(folder, settings)


def _check(settings: Document) -> None:
    """Raise BadSetting for the first setting that every command needs and that is missing or of the wrong form."""
    base = settings.value.get("baseIri")
    if not isinstance(base, str) or not _BASE_IRI.match(base):
        raise BadSetting(
            f"{settings.place_of(('baseIri',))}: baseIri: expected an address that starts with https:// and ends in a"
            f" slash, such as {WRITTEN_BASE}, found '{base}'"
        )
    for key in ("title", "description"):
        texts: Any = settings.value.get(key)
        for language in ("de", "en"):
            if not isinstance(texts, dict) or not isinstance(texts.get(language), str):
                raise BadSetting(f"{settings.place_of((key,))}: {key}: expected a text under '{language}'")
    if not isinstance(settings.value.get("version"), str):
        raise BadSetting(f'{settings.place_of(("version",))}: version: expected a version in quotes, such as "1.0.0"')
