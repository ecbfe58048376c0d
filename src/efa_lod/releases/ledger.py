"""The releases of a publication as its repository keeps them: ``data/releases/``, a file for each.

``1.1.0.json`` has the facts of a release and the statements that went and came, ``1.0.0.nt.gz`` all statements of the
first. So every release can be said anew from the repository alone, and each is held against the digest of its content.
The files keep the base IRI that stands in all files of a publication, whatever it is published under.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import pairwise
from pathlib import Path

from efa_lod.errors import BrokenInput
from efa_lod.io.files import whole_file
from efa_lod.io.json_objects import JsonObject
from efa_lod.io.messages import Messages
from efa_lod.model.publication import WRITTEN_BASE, Publication
from efa_lod.model.settings_check import is_date
from efa_lod.model.withdrawals import Withdrawal
from efa_lod.releases.changes import RemovalRequest
from efa_lod.releases.comparison import content_digest
from efa_lod.releases.versions import is_version, read_version
from efa_lod.releases.vocabulary_entries import VocabularyEntry, read_entry

_ERRORS = Messages(__file__, "errors")

LEDGER_FOLDER = "data/releases"


@dataclass(frozen=True)
class DataRelease:
    """A release: its *version*, the *day* it is of, *notes* by language, and what changed since *previous*.

    *content* is the digest of its statements, *triples* their number; *previous_sums* is the digest of the list of
    digests in the frozen folder of the release before, where that was seen. *redacted* are IRIs of which nothing is
    published any more. *vocabulary* has the terms, shapes and named queries that are new or changed, and None for those
    that went; *requests* says at whose request something was taken out.
    """

    version: str
    day: str
    notes: Mapping[str, str]
    content: str
    triples: int
    previous: str = ""
    previous_sums: str = ""
    removed: Sequence[str] = ()
    added: Sequence[str] = ()
    withdrawn: Sequence[Withdrawal] = ()
    redacted: Sequence[str] = ()
    vocabulary: Mapping[str, VocabularyEntry | None] = field(default_factory=dict)
    requests: Sequence[RemovalRequest] = ()

    def path(self) -> str:
        """Return the path of its frozen folder, which is its IRI below the base."""
        return f"release/{self.version}"


def written_lines(lines: Iterable[bytes], base_iri: str) -> list[bytes]:
    """Return *lines* under the base IRI of the files, in order."""
    return _rebased(lines, base_iri, WRITTEN_BASE)


def _rebased(lines: Iterable[bytes], old: str, new: str) -> list[bytes]:
    if old == new:
        return sorted(lines)
    return sorted(line.replace(f"<{old}".encode(), f"<{new}".encode()) for line in lines)


def written_requests(requests: Iterable[RemovalRequest], base_iri: str) -> list[RemovalRequest]:
    """Return *requests* under the base IRI of the files."""
    return [_request_below(one, base_iri, WRITTEN_BASE) for one in requests]


def _request_below(one: RemovalRequest, old: str, new: str) -> RemovalRequest:
    """Return *one* with the base IRI *new* where it has *old*."""
    subject, predicate = (
        new + iri.removeprefix(old) if iri.startswith(old) else iri for iri in (one.subject, one.predicate)
    )
    return replace(one, subject=subject, predicate=predicate)


def vocabulary_with(before: Mapping[str, VocabularyEntry], release: DataRelease) -> dict[str, VocabularyEntry]:
    """Return the vocabulary of *release*, which follows one with the vocabulary *before*."""
    now = {**before, **release.vocabulary}
    return {iri: entry for iri, entry in now.items() if entry is not None}


class ReleaseHistory:
    """The releases of a publication, the oldest first, and what each of them said."""

    def __init__(self, releases: Sequence[DataRelease], baseline: Sequence[bytes], base_iri: str) -> None:
        self.releases = releases
        self._baseline = baseline
        self._base_iri = base_iri

    @property
    def baseline(self) -> Sequence[bytes]:
        """Return the statements of the first release as the ledger keeps them."""
        return self._baseline

    @property
    def last(self) -> DataRelease | None:
        """Return the newest release, or None where there is none."""
        return self.releases[-1] if self.releases else None

    @property
    def vocabulary(self) -> dict[str, VocabularyEntry]:
        """Return the terms, shapes and named queries as of the newest release; none where none were kept."""
        found: dict[str, VocabularyEntry] = {}
        for release in self.releases:
            found = vocabulary_with(found, release)
        return found

    def until(self, version: str) -> "ReleaseHistory":
        """Return the history up to the release *version*."""
        end = [one.version for one in self.releases].index(version) + 1
        return ReleaseHistory(self.releases[:end], self._baseline, self._base_iri)

    def find(self, version: str) -> DataRelease | None:
        """Return the release with that *version*, or None."""
        return next((one for one in self.releases if one.version == version), None)

    def on_day(self, day: str) -> DataRelease | None:
        """Return the release that was the current one on *day* (YYYY-MM-DD), or None before the first."""
        return next((one for one in reversed(self.releases) if one.day <= day), None)

    def states(self) -> Iterator[tuple[DataRelease, set[bytes], set[bytes], set[bytes]]]:
        """Yield each release with its statements, under the base IRI of the publication, what went and what came.

        The set of statements is that of the next release once that is asked for: copy it to keep it.
        """
        state: set[bytes] = set()
        for release in self.releases:
            removed = set(self._own(release.removed))
            added = set(self._own(release.added)) if release.previous else set(self._rebase(self._baseline))
            state -= removed
            state |= added
            yield release, state, removed, added

    def statements(self, version: str) -> list[bytes]:
        """Return the statements of the release *version*, in order; none where there is no such release."""
        return next((sorted(state) for release, state, _, _ in self.states() if release.version == version), [])

    def requests(self, release: DataRelease) -> list[RemovalRequest]:
        """Return at whose request *release* no longer says something, under the base IRI of the publication."""
        return [_request_below(one, WRITTEN_BASE, self._base_iri) for one in release.requests]

    def _own(self, lines: Iterable[str]) -> list[bytes]:
        return self._rebase(line.encode() for line in lines)

    def _rebase(self, lines: Iterable[bytes]) -> list[bytes]:
        return _rebased(lines, WRITTEN_BASE, self._base_iri)


def read_releases(publication: Publication) -> ReleaseHistory:
    """Read the releases that *publication* keeps, up to the version that it has.

    Raise BrokenInput for a file that is damaged, a release that is missing between others, and one that was begun and
    not finished.
    """
    folder = publication.folder / LEDGER_FOLDER
    found = sorted(
        (_release(path, publication.name_of(path)) for path in folder.glob("*.json")),
        key=lambda release: read_version(release.version, LEDGER_FOLDER),
    )
    if not found:
        return ReleaseHistory((), (), publication.base_iri)
    _refuse_gaps(found)
    history = ReleaseHistory(found, _baseline(folder / f"{found[0].version}.nt.gz"), publication.base_iri)
    _refuse_other_content(history)
    return history


def refuse_unfinished(publication: Publication, history: ReleaseHistory) -> None:
    """Raise BrokenInput when a release was written to the ledger and the settings do not know of it, or the reverse."""
    last = history.last
    if last and is_version(publication.version):
        refuse_unknown_version(publication, history)
        known = read_version(publication.version, "data/publication.yaml")
        if known < read_version(last.version, LEDGER_FOLDER):
            name = f"{LEDGER_FOLDER}/{last.version}.json"
            raise BrokenInput(
                f"{name}: a release that was begun and not finished: data/publication.yaml still says"
                f" {publication.version} – run efa-lod release {last.version} --write again, or remove the file",
                f"{name}: eine Ausgabe, die begonnen und nicht beendet wurde: data/publication.yaml nennt noch"
                f" {publication.version} – rufen Sie efa-lod release {last.version} --write noch einmal auf, oder"
                " entfernen Sie die Datei",
            )


def refuse_unknown_version(publication: Publication, history: ReleaseHistory) -> None:
    """Raise BrokenInput when the settings name a version after the last one of the ledger, which then has a gap."""
    last = history.last
    if last and is_version(publication.version):
        known = read_version(publication.version, "data/publication.yaml")
        if known > read_version(last.version, LEDGER_FOLDER):
            raise _ERRORS.broken("version-unknown", "data/publication.yaml", last=last.version, found=known)


def _refuse_gaps(found: Sequence[DataRelease]) -> None:
    if found[0].previous:
        raise _gap(found[0], found[0].previous)
    for before, after in pairwise(found):
        if after.previous != before.version:
            raise _gap(after, after.previous or before.version)


def _gap(release: DataRelease, missing: str) -> BrokenInput:
    name = f"{LEDGER_FOLDER}/{release.version}.json"
    return BrokenInput(
        f"{name}: follows {missing}, which {LEDGER_FOLDER} does not have in the place before it – restore"
        f" {LEDGER_FOLDER}/{missing}.json",
        f"{name}: folgt auf {missing}, das in {LEDGER_FOLDER} nicht davor steht – stellen Sie"
        f" {LEDGER_FOLDER}/{missing}.json wieder her",
    )


def _refuse_other_content(history: ReleaseHistory) -> None:
    """Raise BrokenInput for the first release whose statements do not have the digest that it names."""
    for release, state, _, _ in history.states():
        if content_digest(written_lines(state, history._base_iri)) != release.content:
            name = f"{LEDGER_FOLDER}/{release.version}.json"
            raise BrokenInput(
                f"{name}: the statements that it and the releases before it hold do not have the digest it names – one"
                " of the files was changed; restore them",
                f"{name}: die Aussagen, die sie und die Ausgaben davor enthalten, haben nicht die genannte Prüfsumme –"
                " eine der Dateien wurde geändert; stellen Sie sie wieder her",
            )


def _release(path: Path, name: str) -> DataRelease:
    try:
        found: JsonObject = json.loads(whole_file(path, name))
        names = [one.name for one in fields(DataRelease) if _is_there(one.name, found)]
        release = DataRelease(**{name: found[name] for name in names})
        withdrawn = tuple(Withdrawal(**one) for one in found["withdrawn"])
        vocabulary = {iri: read_entry(value) for iri, value in release.vocabulary.items()}
        requests = tuple(_request(one) for one in found.get("requests", ()))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _damaged(name) from error
    if not is_version(release.version) or f"{release.version}.json" != path.name or not is_date(release.day):
        raise _damaged(name)
    read = {"withdrawn": withdrawn, "vocabulary": vocabulary, "requests": requests}
    return DataRelease(**{**vars(release), **read})


def _request(entry: JsonObject) -> RemovalRequest:
    """Return the request that *entry* says; raise TypeError for what is none."""
    request = RemovalRequest(**entry)
    texts = [request.subject, request.predicate, request.language, request.day, *request.office.values()]
    if not request.office or not all(isinstance(text, str) for text in texts):
        raise TypeError
    return request


def _is_there(name: str, found: JsonObject) -> bool:
    """Return True for what a release of any version of this program keeps; the first ones had neither of these."""
    return name not in ("vocabulary", "requests") or name in found


def _damaged(name: str) -> BrokenInput:
    return BrokenInput(
        f"{name}: expected a release as efa-lod release writes it – restore the file",
        f"{name}: erwartet eine Ausgabe, wie efa-lod release sie schreibt – stellen Sie die Datei wieder her",
    )


def _baseline(path: Path) -> list[bytes]:
    name = f"{LEDGER_FOLDER}/{path.name}"
    try:
        return gzip.decompress(whole_file(path, name)).splitlines()
    except (OSError, EOFError, ValueError) as error:
        raise _damaged(name) from error


def ledger_files(release: DataRelease, lines: Sequence[bytes] = ()) -> Iterator[tuple[str, bytes]]:
    """Yield the files that keep *release*, as name in the ledger and content; *lines* are those of the first."""
    if not release.previous:
        yield f"{release.version}.nt.gz", gzip.compress(b"".join(line + b"\n" for line in lines), mtime=0)
    told = asdict(release)
    yield f"{release.version}.json", (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def first_release(publication: Publication, lines: Iterable[bytes], day: str) -> tuple[DataRelease, list[bytes]]:
    """Return the first release of *publication*, which says *lines*, and these as the ledger keeps them."""
    kept = written_lines(lines, publication.base_iri)
    notes = publication.settings.value.get("versionNotes") or {
        "de": "Erste Ausgabe.",
        "en": "First edition.",
    }
    return DataRelease(publication.version, day, notes, content_digest(kept), len(kept)), kept


def data_digest(data: bytes) -> str:
    """Return the SHA-256 of *data* in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
