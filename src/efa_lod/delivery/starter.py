"""Write a publication of one's own: data, ontology, shapes, targets, and the steps that publish it."""

import os
import re
import shutil
from pathlib import Path

from efa_lod.errors import CannotWrite, in_german
from efa_lod.io.messages import Messages
from efa_lod.model.context import read_context
from efa_lod.model.publication import Publication, read_publication
from efa_lod.validation.json_schema import COMMITTED_SCHEMA, SCHEMA_COMMENT, record_schema

_ERRORS = Messages(__file__, "errors")

PUBLICATION_FOLDERS = ("data", "ontology", "shapes")
TEMPLATES = {
    ".github/workflows/check.yml": "check.yml",
    ".github/workflows/publish.yml": "publish.yml",
    ".github/workflows/release.yml": "release.yml",
    ".gitignore": "gitignore",
    ".gitlab-ci.yml": "gitlab-ci.yml",
    "README.md": "README.md",
}
"""For each file beside the publication, its template in this package."""
_NOT_COPIED = ("releases", "manual", "*-context.jsonld", "__pycache__", "*.pyc", ".*")
"""What belongs to the packaged publication alone: its past, the manual of the program, and contexts of its words."""


def write_starter(folder: Path, publication: Publication, version: str, base_iri: str | None) -> list[str]:
    """Write a copy of *publication* with all that a repository needs to *folder*, which must be new or empty.

    *version* is that of this program. Return the files beside the publication. Raise CannotWrite where something is
    there already or the folder cannot be written; then nothing is left.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotWrite(
            f"{folder}: expected a new or empty folder, found something in it – name another",
            f"{folder}: erwartet wird ein neuer oder leerer Ordner, gefunden etwas darin – nennen Sie einen anderen",
        )
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    try:
        _write(fresh, publication, version, base_iri)
        if folder.exists():
            folder.rmdir()
        fresh.rename(folder)
    except OSError as error:
        raise CannotWrite(
            f"{error.filename or folder}: cannot be written: {error.strerror}",
            f"{error.filename or folder}: lässt sich nicht schreiben: {in_german(error)}",
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return sorted([*TEMPLATES, "requirements.txt"])


def _write(folder: Path, publication: Publication, version: str, base_iri: str | None) -> None:
    folder.mkdir(parents=True)
    for part in PUBLICATION_FOLDERS:
        shutil.copytree(publication.folder / part, folder / part, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    for name, template in TEMPLATES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(__file__).with_name("templates") / template, folder / name)
    (folder / "requirements.txt").write_text(f"efa-lod>={version}\n", encoding="utf-8")
    if base_iri is not None:
        _set_base_iri(folder / "data/publication.yaml", base_iri)
    written = read_publication(folder)
    (folder / COMMITTED_SCHEMA).write_bytes(record_schema(written, read_context(written)))
    for file in written.state_files:
        _add_schema_comment(Path(file))


def _add_schema_comment(file: Path) -> None:
    """Begin the record in *file* with the line by which editors find the schema, unless it begins so already."""
    text = file.read_text(encoding="utf-8")
    if file.suffix in (".yaml", ".yml") and not text.startswith(SCHEMA_COMMENT.partition("=")[0]):
        file.write_text(SCHEMA_COMMENT + text, encoding="utf-8")


def _set_base_iri(file: Path, base_iri: str) -> None:
    if re.search(r"[\s#'\"]", base_iri):
        raise _ERRORS.unusable("base-iri", found=base_iri)
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^baseIri:.*$", lambda _: f"baseIri: {base_iri}", text), encoding="utf-8")
