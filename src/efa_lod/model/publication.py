"""The settings of a publication: where its files are and what ``data/publication.yaml`` says.

A publication is a folder with ``data/``, ``ontology/`` and ``shapes/``. The one that comes with this package is used
unless another is named. Whoever publishes under another base IRI changes ``baseIri``; the files keep the IRI they
were written with, and it is replaced as they are read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from efa_lod.io.files import refuse_links_out, whole_file
from efa_lod.io.messages import Messages
from efa_lod.model.publication_folder import PARTS, packaged_folder, working_folder
from efa_lod.model.shape_lists import LIST_SUFFIX, TEMPLATE_SUFFIX, filled_template

if TYPE_CHECKING:
    from efa_lod.io.documents import Document

__all__ = ["WRITTEN_BASE", "Publication", "is_record_name", "packaged_folder", "read_publication", "working_folder"]

_ERRORS = Messages(__file__, "errors")

WRITTEN_BASE = "https://w3id.org/efa-lod/"
"""The base IRI that stands in the files of ontology/ and shapes/ and in the queries."""

_SETTINGS = Messages(__file__, "settings")
_BASE_IRI = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/([A-Za-z0-9._~-]+/)*$")
_RECORD_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_BESIDE = (".toml", ".md", ".csv", ".txt")
"""How files end that may stand beside records and are read by other parts of the program, or by people."""


def is_record_name(name: str, suffixes: Sequence[str] = (".yaml", ".yml", ".jsonl")) -> bool:
    """Return whether *name* may be that of a record: small letters, digits and hyphens, and one of *suffixes*."""
    suffix = next((suffix for suffix in suffixes if name.endswith(suffix)), None)
    return suffix is not None and _RECORD_NAME.fullmatch(name.removesuffix(suffix)) is not None


@dataclass(frozen=True)
class Publication:
    """A publication: its *folder* and the *settings* read from ``data/publication.yaml``."""

    folder: Path
    settings: "Document"

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
        """Return whether publisher, contact and contributor are the sample that comes with the package."""
        return self.settings.value.get("status") != "official"

    def texts(self, language: str) -> Mapping[str, str]:
        """Return title and description in *language* (de or en)."""
        return {key: self.settings.value[key][language] for key in ("title", "description")}

    @cached_property
    def state_files(self) -> list[Path]:
        """Return the files of the states, sorted by name; what is no record by its name is left out."""
        return [self._own(file) for file in self._in_record_folders("states") if is_record_name(file.name)]

    @cached_property
    def shared_files(self) -> list[Path]:
        """Return the files of what several states refer to: organisations, marketplaces, sources."""
        data = self.folder / "data"
        sources = [file for file in self._in_record_folders("sources") if is_record_name(file.name, (".yaml",))]
        return [self._own(file) for file in (data / "organisations.yaml", data / "marketplaces.yaml", *sources)]

    @cached_property
    def unread_files(self) -> list[str]:
        """Return the files in the folders of records that are not read, since their names are none of records.

        They are copies, backups, and what editors, office programs and file managers leave behind.
        """
        files = self._in_record_folders("states", "sources")
        return [self.name_of(file) for file in files if file.suffix not in _BESIDE and not is_record_name(file.name)]

    def _in_record_folders(self, *folders: str) -> list[Path]:
        return [file for folder in folders for file in sorted((self.folder / "data" / folder).glob("*"))]

    def name_of(self, path: Path) -> str:
        """Return how messages call *path*: relative to the publication where it lies inside."""
        return str(path.relative_to(self.folder)) if path.is_relative_to(self.folder) else str(path)

    def read(self, path: str) -> str:
        """Return the text of a file of the publication, with the base IRI replaced by this publication's."""
        from efa_lod.io.documents import MAX_BYTES  # who only looks for a publication reads none

        data = whole_file(self._own(self.folder / path), path, MAX_BYTES)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _ERRORS.broken("not-utf-8", path) from error
        return text.replace("\r\n", "\n").replace(WRITTEN_BASE, self.base_iri)

    def _own(self, path: Path) -> Path:
        """Return *path*; raise BrokenInput when it is a way out of the publication."""
        _refuse_way_out(path, self.folder)
        return path

    def glob(self, pattern: str) -> Iterator[str]:
        """Yield the names of the files that match *pattern*, relative to the folder, sorted."""
        return (str(path.relative_to(self.folder)) for path in sorted(self.folder.glob(pattern)))

    def shapes_files(self, name: str) -> list[str]:
        """Return the files of a set of shapes: *name*, such as shapes/record.ttl, and its chapters beside it.

        A chapter is Turtle, or a list (CSV) beside a template.
        """
        folder = name.removesuffix(".ttl")
        return [name, *sorted([*self.glob(f"{folder}/*.ttl"), *self.glob(f"{folder}/*{LIST_SUFFIX}")])]

    def read_chapter(self, file: str) -> str:
        """Return the Turtle of one of ``shapes_files``; a list fills the template beside it."""
        text = self.read(file)
        if not file.endswith(LIST_SUFFIX):
            return text
        template = self.read(file.removesuffix(LIST_SUFFIX) + TEMPLATE_SUFFIX)
        try:
            return filled_template(template, text)
        except ValueError as error:
            raise _ERRORS.broken("list-of-shapes", file, reason=error) from error

    def read_shapes(self, name: str) -> str:
        """Return the set of shapes *name* with its chapters as one text of Turtle."""
        return "\n".join(self.read_chapter(file) for file in self.shapes_files(name))


def read_publication(folder: Path | None = None, base_iri: str | None = None) -> Publication:
    """Read the publication in *folder*, or the packaged one; *base_iri* overrides the one it sets.

    Raise BadSetting when the folder is no publication or a setting has no usable value.
    """
    from efa_lod.io.reading import read_documents

    folder = folder or packaged_folder()
    missing = [part for part in PARTS if not (folder / part).is_dir()]
    if missing:
        raise _SETTINGS.unusable("folders", folder, parts=", ".join(PARTS), missing=", ".join(missing))
    file = folder / "data/publication.yaml"
    _refuse_way_out(file, folder)
    settings = next(read_documents(file, "data/publication.yaml"), None)
    if settings is None:
        raise _SETTINGS.unusable("empty", "data/publication.yaml")
    if base_iri is not None:
        settings = replace(settings, value={**settings.value, "baseIri": base_iri})
    _check(settings)
    return Publication(folder, settings)


def _refuse_way_out(path: Path, folder: Path) -> None:
    """Raise BrokenInput when a link leads from *path* out of the publication in *folder*, which may be a stranger's.

    The packaged one is trusted as it was installed; some installers put links in the place of files.
    """
    if folder != packaged_folder():
        refuse_links_out(path, folder, str(path.relative_to(folder)))


def _check(settings: "Document") -> None:
    """Raise BadSetting for the first setting that every command needs and that is missing or of the wrong form."""
    base = settings.value.get("baseIri")
    if not isinstance(base, str) or not _BASE_IRI.match(base):
        raise _SETTINGS.unusable("base", settings.place_of(("baseIri",)), written=WRITTEN_BASE, found=base)
    for key in ("title", "description"):
        texts: object = settings.value.get(key)
        for language in ("de", "en"):
            if not isinstance(texts, dict) or not isinstance(texts.get(language), str):
                raise _SETTINGS.unusable("text-in", settings.place_of((key,)), key=key, language=language)
    if not isinstance(settings.value.get("version"), str):
        raise _SETTINGS.unusable("version", settings.place_of(("version",)))
