"""Write what a build has of releases: frozen folders, feeds, streams, the list of versions, and how to cite.

Frozen folders of earlier releases are taken over from the last site, file by file and proved by digest; that of this
release is written once, and taken over from then on. A publication that keeps no releases is at its first one, whose
folder follows its content. Dates are those of the releases.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from efa_lod import __version__
from efa_lod.errors import BrokenInput
from efa_lod.io.json_text import json_text
from efa_lod.model.context import Context
from efa_lod.model.expansion import Statement
from efa_lod.model.publication import Publication
from efa_lod.rdf.documents import document_files
from efa_lod.rdf.formats import BY_NAME, DUMPS, TURTLE, OutputFile, RecordBatch
from efa_lod.rdf.graphs import triples_of
from efa_lod.rdf.json_ld import json_ld
from efa_lod.releases.activities import activity_files
from efa_lod.releases.atom import ATOM_TYPE, atom_files
from efa_lod.releases.change_sets import change_json, change_set_turtle
from efa_lod.releases.changes import iri_of_term, thing_iri
from efa_lod.releases.citation import CITATION_FILE, bibtex_entry, citation_cff, ris
from efa_lod.releases.comparison import content_digest, dump_lines, split_line
from efa_lod.releases.event_stream import STREAM_FILE, TRIG_TYPE, stream_page, stream_page_path, stream_root
from efa_lod.releases.frozen import SIGNATURE_FILE, PreviousSite, sums_known
from efa_lod.releases.issued import IssuedRelease, issued_releases
from efa_lod.releases.ledger import (
    DataRelease,
    ReleaseHistory,
    data_digest,
    first_release,
    read_releases,
    refuse_unfinished,
    written_lines,
)
from efa_lod.releases.memento import LINK_TYPE, TIME_MAP_FILE, time_map
from efa_lod.releases.notes import notes_page
from efa_lod.releases.patches import rdf_patch, sparql_update
from efa_lod.releases.redaction import is_about
from efa_lod.releases.research_metadata import (
    CRATE_FILE,
    CROISSANT_FILE,
    DATACITE_FILE,
    TABLE_DUMP,
    ReleaseFile,
    crate_json,
    croissant_json,
    datacite_json,
)
from efa_lod.releases.series import SERIES_PREFIXES, SERIES_STEM, series_statements
from efa_lod.releases.signature import signed
from efa_lod.releases.sources import BUILD_INVENTORY, SUMS_FILE, VOCABULARY_FILE
from efa_lod.releases.wording import TONGUES, Wording
from efa_lod.web.document_formats import MEDIA_TYPES
from efa_lod.web.record_documents import is_reserved_path
from efa_lod.web.redirect_table import is_path

MOST_DOCUMENTS = 2_000
"""Most things that have a document of their own in a frozen folder."""
N_TRIPLES_FILE = "efa-lod.nt"
_FROZEN_TOO = ("efa-lod.csv-metadata.json", "efa-lod-graph.ttl", "catalog.ttl")
_DUMP_PATHS = tuple(f"efa-lod{dump.suffix}" for dump in DUMPS)
_ABOUT = {
    **{f"efa-lod{dump.suffix}": dump.about["en"] for dump in DUMPS},
    "efa-lod.csv-metadata.json": "What the columns of the table mean (CSV on the Web).",
    "efa-lod-graph.ttl": "Everything in one file: the statements, the ontology with its terms, the description.",
    "catalog.ttl": "The description of the dataset for data portals (DCAT-AP.de).",
    VOCABULARY_FILE: "The terms, shapes and named queries: what each says, with digests of meaning and wording.",
    "changes.ttl": "What changed since the release before, as a change set.",
    "changes.json": "What changed since the release before, with a sentence for each change.",
    "added.nt": "The statements that came with this release.",
    "removed.nt": "The statements that went with this release.",
    "changes.rdfp": "What changed as an RDF Patch.",
    "changes.ru": "What changed as a SPARQL Update.",
    "notes.de.html": "What is new, for people, in German.",
    "notes.en.html": "What is new, for people, in English.",
    CITATION_FILE: "How to cite this release (Citation File Format).",
    DATACITE_FILE: "The metadata of DataCite.",
    CROISSANT_FILE: "The table described for machine learning (Croissant).",
}


class WrittenFile(Protocol):
    """A file that a build wrote."""

    @property
    def path(self) -> str:
        """Return the path below the folder."""

    @property
    def media_type(self) -> str:
        """Return the media type."""

    @property
    def size(self) -> int:
        """Return the size in bytes."""

    @property
    def sha256(self) -> str:
        """Return the SHA-256 in hexadecimal."""


@dataclass
class ReleasesOfBuild:
    """What a build knows of releases: all there are, the oldest first, and what could not be taken over.

    *is_released* tells that the data is that of the last release; *missing* are versions without a frozen folder.
    """

    issued: Sequence[IssuedRelease]
    is_released: bool
    wording: Wording
    missing: list[str] = field(default_factory=list)
    frozen: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def releases_of_build(
    publication: Publication, folder: Path, wording: Wording, has_more_records: bool
) -> ReleasesOfBuild | None:
    """Return the releases that a build to *folder*, which has its dumps by now, is to write; None where there are none.

    Records that are not the publication's own make no first release: what they are is known to the one who names them.
    """
    if not (folder / N_TRIPLES_FILE).is_file():
        return None
    history = read_releases(publication)
    refuse_unfinished(publication, history)
    if history.last is None and has_more_records:
        return None
    lines = dump_lines(str(folder / N_TRIPLES_FILE), __version__)
    if history.last is None:
        first, kept = first_release(publication, lines, str(publication.settings.value["modified"]))
        history = ReleaseHistory([first], kept, publication.base_iri)
    assert history.last is not None
    digest = content_digest(written_lines(lines, publication.base_iri))
    is_released = digest == history.last.content and publication.version == history.last.version
    return ReleasesOfBuild(list(issued_releases(history)), is_released, wording)


def refuse_another_site(previous: str, base_iri: str) -> None:
    """Raise BrokenInput where *previous* is no site that a build wrote, or one under another base IRI."""
    with TemporaryDirectory(prefix="efa-lod-") as folder, PreviousSite(previous, Path(folder), __version__) as site:
        site.refuse_another(base_iri)


@dataclass(frozen=True)
class ReleaseWriter:
    """Writes the files of *releases* to *folder*; *written* are the files that stand there by now.

    *keeps_releases* tells that the repository keeps them, so that what was published must not change; *vocabulary* is
    the file of the entries of terms, shapes and named queries.
    """

    publication: Publication
    context: Context
    folder: Path
    releases: ReleasesOfBuild
    keeps_releases: bool
    vocabulary: bytes

    def frozen_files(
        self, previous: str | None, written: Sequence[WrittenFile], sign: Path | None = None
    ) -> Iterator[OutputFile]:
        """Yield the files of all frozen folders; *previous* is the site or folder that has the earlier ones.

        The digests of this release are signed with the key in the file *sign*, if one is named.
        """
        issued = self.releases.issued
        known = sums_known([one.release for one in issued])
        with ExitStack() as stack:
            scratch = Path(stack.enter_context(TemporaryDirectory(prefix="efa-lod-")))
            site = stack.enter_context(PreviousSite(previous, scratch, __version__)) if previous else None
            for one in issued:
                is_this = one is issued[-1] and self.releases.is_released
                found = site.frozen(one.version, known.get(one.version, "")) if site and self.keeps_releases else None
                if found is not None and one.release.redacted and self._has_redacted(one, found):
                    yield from self._redacted(one, found)
                elif found is not None:
                    self._refuse_other_content(one.release, found)
                    yield from self._taken_over(one, found)
                    if is_this and sign and SIGNATURE_FILE not in found:
                        yield self._signature(one, found[SUMS_FILE].read_bytes(), sign)
                elif is_this:
                    files = list(self._fresh(one, written))
                    yield from files
                    if sign:
                        sums = next(file.data for file in files if file.path.endswith(f"/{SUMS_FILE}"))
                        yield self._signature(one, sums, sign)
                else:
                    self.releases.missing.append(one.version)

    def _refuse_other_content(self, release: DataRelease, found: Mapping[str, Path]) -> None:
        """Raise BrokenInput when a frozen folder does not hold what the repository says that the release says."""
        lines = dump_lines(str(found[N_TRIPLES_FILE]), __version__) if N_TRIPLES_FILE in found else []
        if content_digest(written_lines(lines, self.publication.base_iri)) != release.content:
            raise BrokenInput(
                f"{release.path()}/{N_TRIPLES_FILE}: expected the statements of release {release.version} that"
                " data/releases keeps, found others – name the site that has this release with --previous",
                f"{release.path()}/{N_TRIPLES_FILE}: erwartet die Aussagen der Ausgabe {release.version}, die"
                " data/releases festhält, gefunden andere – nennen Sie mit --previous die Seite, die diese Ausgabe hat",
            )

    def _signature(self, one: IssuedRelease, sums: bytes, sign: Path) -> OutputFile:
        return OutputFile(f"{one.release.path()}/{SIGNATURE_FILE}", media_type_of(SIGNATURE_FILE), [signed(sums, sign)])

    def _redacted_iris(self, one: IssuedRelease) -> list[str]:
        base = self.publication.base_iri
        return [iri if "://" in iri else base + iri for iri in one.release.redacted]

    def _has_redacted(self, one: IssuedRelease, found: Mapping[str, Path]) -> bool:
        """Return True if a frozen folder still says what was redacted since."""
        iris = self._redacted_iris(one)
        return any(is_about(line, iris) for line in found[N_TRIPLES_FILE].read_bytes().splitlines())

    def _redacted(self, one: IssuedRelease, found: Mapping[str, Path]) -> Iterator[OutputFile]:
        """Yield a frozen folder anew, without what was redacted; what cannot be rewritten exactly is left out."""
        iris = self._redacted_iris(one)
        lines = [line for line in found[N_TRIPLES_FILE].read_bytes().splitlines() if not is_about(line, iris)]
        statements = [split_line(line) for line in lines]
        batch = RecordBatch((), statements)
        content = {
            **{
                name: found[name].read_bytes()
                for name in (CITATION_FILE, DATACITE_FILE, VOCABULARY_FILE, "catalog.ttl")
                if name in found
            },
            N_TRIPLES_FILE: b"".join(line + b"\n" for line in lines),
            "efa-lod.ttl": b"".join(TURTLE.write([batch], self.context)),
            "efa-lod.rdf": b"".join(BY_NAME["rdf-xml"].write([batch], self.context)),
            "efa-lod.jsonld": json_ld(triples_of(statements), self.context.prefixes),
        }
        self._note_dumps(one, list(content))
        yield from self._folder(one, content)

    def _taken_over(self, one: IssuedRelease, found: Mapping[str, Path]) -> Iterator[OutputFile]:
        names = sorted(found)
        self._note_dumps(one, names)
        for name in names:
            yield OutputFile(f"{one.release.path()}/{name}", media_type_of(name), [found[name].read_bytes()])

    def _note_dumps(self, one: IssuedRelease, names: Sequence[str]) -> None:
        self.releases.frozen[one.version] = [(path, media_type_of(path)) for path in _DUMP_PATHS if path in names]

    def _fresh(self, one: IssuedRelease, written: Sequence[WrittenFile]) -> Iterator[OutputFile]:
        """Yield the frozen folder of the release that this build is of."""
        by_path = {file.path: file for file in written}
        copied = [path for path in (*_DUMP_PATHS, *_FROZEN_TOO) if path in by_path]
        self._note_dumps(one, copied)
        content = {path: (self.folder / path).read_bytes() for path in copied}
        content[VOCABULARY_FILE] = self.vocabulary
        content[CITATION_FILE] = citation_cff(self.publication)
        content[DATACITE_FILE] = datacite_json(self.publication, one.release)
        if TABLE_DUMP in content:
            table = _described(TABLE_DUMP, content[TABLE_DUMP])
            content[CROISSANT_FILE] = croissant_json(self.publication, one.release, table, TABLE_DUMP)
        yield from self._folder(one, content)

    def _folder(self, one: IssuedRelease, content: dict[str, bytes]) -> Iterator[OutputFile]:
        """Yield the frozen folder with *content*, and all that follows from it and from the changes."""
        content |= {name: b"".join(pieces) for name, pieces in self._changes(one)}
        documents = self._documents(one, content[N_TRIPLES_FILE].splitlines())
        content |= {name: b"".join(pieces) for name, pieces in documents}
        for language in TONGUES:
            page = notes_page(
                self.publication,
                one,
                self.releases.wording,
                language,
                [path for path in sorted(content) if "/" not in path],
            )
            content[f"notes.{language}.html"] = page
        files = [_described(name, data) for name, data in sorted(content.items())]
        content[CRATE_FILE] = crate_json(self.publication, one.release, files)
        content[BUILD_INVENTORY] = self._inventory(one, content)
        sums = "".join(f"{data_digest(data)}  {name}\n" for name, data in sorted(content.items()))
        content[SUMS_FILE] = sums.encode()
        for name, data in sorted(content.items()):
            yield OutputFile(f"{one.release.path()}/{name}", media_type_of(name), [data])

    def _documents(self, one: IssuedRelease, lines: Iterable[bytes]) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Yield a document for each thing as it is at this release, for those who ask for that time."""
        things: dict[str, list[Statement]] = {}
        base = self.publication.base_iri
        for line in sorted(lines):
            statement = split_line(line)
            things.setdefault(thing_iri(iri_of_term(statement[0])), []).append(statement)
        named = {iri.removeprefix(base): said for iri, said in things.items() if iri.startswith(base)}
        if len(named) <= MOST_DOCUMENTS:
            for path, said in named.items():
                if is_path(path) and not is_reserved_path(path):
                    yield f"{path}.ttl", TURTLE.write([RecordBatch((), said)], self.context)

    def _changes(self, one: IssuedRelease) -> Iterator[tuple[str, Iterable[bytes]]]:
        wording = self.releases.wording
        iri = self.publication.base_iri + one.release.path()
        is_first = not one.release.previous
        yield "added.nt", (line + b"\n" for line in one.added or [b"# nothing was added"])
        yield "removed.nt", (line + b"\n" for line in one.removed or [b"# nothing was removed"])
        yield "changes.rdfp", rdf_patch(one.removed, one.added, one.before, one.after)
        yield "changes.ru", sparql_update(one.removed, one.added)
        gone, come = ((), ()) if is_first else (one.removed, one.added)
        yield "changes.ttl", change_set_turtle(gone, come, one.listed, wording, iri, one.vocabulary)
        yield "changes.json", [change_json(one.listed, wording, one.vocabulary)]

    def _inventory(self, one: IssuedRelease, content: Mapping[str, bytes]) -> bytes:
        told = {
            "generator": f"efa-lod {__version__}",
            "baseIri": self.publication.base_iri,
            "version": one.version,
            "modified": one.release.day,
            "files": [
                {"path": name, "mediaType": media_type_of(name), "bytes": len(data), "sha256": data_digest(data)}
                for name, data in sorted(content.items())
            ],
        }
        return json_text(told).encode()

    def series_files(self) -> Iterator[OutputFile]:
        """Yield what tells of all releases: their list, feeds, streams, the time map."""
        base, issued = self.publication.base_iri, self.releases.issued
        said = list(series_statements(self.publication, issued, self.releases.frozen))
        frame = Context({**self.context.prefixes, **SERIES_PREFIXES}, base)
        order = {subject: number for number, subject in enumerate(dict.fromkeys(subject for subject, _, _ in said))}
        by_subject = sorted(dict.fromkeys(said), key=lambda one: order[one[0]])
        yield from document_files(SERIES_STEM, by_subject, frame)
        for language in TONGUES:
            for path, content in atom_files(self.publication, issued, self.releases.wording, language):
                yield OutputFile(path, ATOM_TYPE, content)
        yield OutputFile(STREAM_FILE, TRIG_TYPE, stream_root(base, issued))
        for one in issued:
            page = stream_page(base, one, one is issued[-1], self.releases.wording)
            yield OutputFile(stream_page_path(one), TRIG_TYPE, page)
        title = self.publication.texts("en")["title"]
        for path, data in activity_files(base, title, issued, self.releases.wording):
            yield OutputFile(path, "application/json", [data])
        yield OutputFile(TIME_MAP_FILE, LINK_TYPE, [time_map(base, issued)])
        yield OutputFile(VOCABULARY_FILE, "application/json", [self.vocabulary])

    def citation_files(self, written: Sequence[WrittenFile]) -> Iterator[OutputFile]:
        """Yield how to cite the data as it is now, for people's programs and for repositories."""
        publication, release = self.publication, self.releases.issued[-1].release
        yield OutputFile(CITATION_FILE, media_type_of(CITATION_FILE), [citation_cff(publication)])
        for language in TONGUES:
            yield OutputFile(
                f"citation.{language}.bib", MEDIA_TYPES[".bib"], [bibtex_entry(publication, language).encode()]
            )
            yield OutputFile(f"citation.{language}.ris", MEDIA_TYPES[".ris"], [ris(publication, language).encode()])
        yield OutputFile(DATACITE_FILE, "application/json", [datacite_json(publication, release)])
        files = [
            ReleaseFile(file.path, file.media_type, file.size, file.sha256, _ABOUT[file.path])
            for file in written
            if file.path in _ABOUT
        ]
        yield OutputFile(CRATE_FILE, "application/json", [crate_json(publication, release, files)])
        for table in (file for file in files if file.path == TABLE_DUMP):
            address = publication.base_iri + TABLE_DUMP
            yield OutputFile(CROISSANT_FILE, "application/json", [croissant_json(publication, release, table, address)])


def redacted_paths(publication: Publication, issued: Iterable[IssuedRelease]) -> Iterator[str]:
    """Yield the paths of the documents that releases had about what was redacted."""
    for one in issued:
        for iri in one.release.redacted:
            path = iri.removeprefix(publication.base_iri)
            if is_path(path):
                yield f"{one.release.path()}/{path}"


def media_type_of(name: str) -> str:
    """Return the media type of the file *name* of a frozen folder."""
    suffixes = sorted((suffix for suffix in MEDIA_TYPES if name.endswith(suffix)), key=len)
    return MEDIA_TYPES[suffixes[-1]] if suffixes else "text/plain"


def _described(name: str, data: bytes) -> ReleaseFile:
    return ReleaseFile(name, media_type_of(name), len(data), data_digest(data), _ABOUT.get(name, name))
