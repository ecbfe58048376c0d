"""Try edits on a copy of a publication: which files they change, and what the records say then.

Edits of several records may change the same file; here each is made from what those before it left. Nothing is written
to the publication itself.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from efa_lod.editing.edits import AnyEdit, apply_edits
from efa_lod.editing.provenance import Provenance
from efa_lod.editing.texts_at_hand import text_of_file
from efa_lod.io.reading import Document
from efa_lod.model.context import read_context
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.records import publication_records, unchecked_records
from efa_lod.rdf.graphs import record_statements
from efa_lod.releases.changes import ChangeList, change_list
from efa_lod.releases.comparison import compared_lines


@dataclass(frozen=True)
class Trial:
    """A *copy* of the *publication* in which edits are tried; *scratch* is a folder for what is compared."""

    publication: Publication
    copy: Publication
    scratch: Path

    def take(self, record: str, edits: Sequence[AnyEdit], provenance: Provenance | None) -> None:
        """Take *edits* of *record* into the copy, after those that were taken before."""
        for name, text in apply_edits(self.copy, record, edits, provenance).items():
            (self.copy.folder / name).write_bytes(text.encode())

    def changed(self) -> dict[str, str]:
        """Return the texts of the files that differ from those of the publication, by name."""
        found = {}
        for file in sorted(path for path in (self.copy.folder / "data").rglob("*.yaml") if path.is_file()):
            name = str(file.relative_to(self.copy.folder))
            text = text_of_file(self.copy, name)
            if text != text_of_file(self.publication, name):
                found[name] = text
        return found

    def before(self) -> dict[str, str]:
        """Return the texts that stand in the publication in these files."""
        return {name: text_of_file(self.publication, name) for name in self.changed()}

    def records(self) -> list[Document]:
        """Return the records as they are after the edits."""
        return list(unchecked_records(self.copy))

    def changes(self) -> ChangeList:
        """Return what the records say after the edits other than before."""
        old, new = (
            sorted(" ".join((*statement, ".")).encode() for statement in set(_statements(one)))
            for one in (self.publication, self.copy)
        )
        return change_list(compared_lines(old, new, self.scratch))


def _statements(publication: Publication) -> Sequence[tuple[str, str, str]]:
    return record_statements(publication_records(publication), read_context(publication))


@contextmanager
def trial_of(publication: Publication) -> Iterator[Trial]:
    """Yield a copy of *publication* to try edits on, which is gone afterwards."""
    with TemporaryDirectory(prefix="efa-lod-") as folder:
        copy = Path(folder) / "publication"
        for part in ("data", "ontology", "shapes"):
            shutil.copytree(publication.folder / part, copy / part, ignore=_left_out)
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        yield Trial(publication, read_publication(copy, publication.base_iri), scratch)


def _left_out(folder: str, names: Sequence[str]) -> list[str]:
    """Return those of *names* in *folder* that edits have nothing to do with: frozen releases and pictures."""
    return [name for name in names if name in ("releases", "pictures", "areas", "municipalities", "manual")]
