"""Make the next release of a publication: compare it with the last one, propose a version, and write it down.

Nothing is written before everything was decided; the settings come last, so that a release that was interrupted is
known as one (``ledger.refuse_unfinished``).
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from efa_lod.errors import BadSetting, BrokenInput, CannotWrite, in_german
from efa_lod.io.files import whole_file, write_whole
from efa_lod.model.publication import Publication
from efa_lod.model.withdrawals import Withdrawal, withdrawals, withdrawn_entries
from efa_lod.releases.changes import ChangeKind, ChangeList, change_list, thing_iri
from efa_lod.releases.citation import CITATION_FILE, citation_cff
from efa_lod.releases.comparison import Comparison, compared_lines, content_digest, sorted_statements
from efa_lod.releases.frozen import PreviousSite
from efa_lod.releases.iri_lists import list_files
from efa_lod.releases.ledger import (
    LEDGER_FOLDER,
    DataRelease,
    ReleaseHistory,
    first_release,
    ledger_files,
    written_lines,
    written_requests,
)
from efa_lod.releases.removal_requests import with_requests
from efa_lod.releases.settings_edit import edited_settings
from efa_lod.releases.sources import Dump, find_dump
from efa_lod.releases.versions import Level, Version, highest, level_of, read_version
from efa_lod.releases.vocabulary import (
    VocabularyChange,
    vocabulary_changes,
)
from efa_lod.releases.vocabulary_entries import VocabularyEntry, vocabulary_entries
from efa_lod.releases.vocabulary_versions import versioned_files
from efa_lod.releases.wishes import ReleaseWishes
from efa_lod.releases.wording import TONGUES, Wording, sentences_by_thing

SETTINGS_FILE = "data/publication.yaml"
_MOST_IN_NOTES = 4
_MORE = {"de": "und {} weitere Änderungen.", "en": "and {} further changes."}


@dataclass(frozen=True)
class Proposal:
    """The next release as it would be written: *before* is the one it follows, None for the first of all.

    *files* are those to write, by path below the publication, in the order of writing; among them are those of a
    release that was published before there was a ledger.
    """

    release: DataRelease
    before: DataRelease | None
    level: Level | None
    listed: ChangeList
    below_rule: Version | None
    files: Sequence[tuple[str, bytes]]
    vocabulary: Sequence[VocabularyChange] = ()


def finished(publication: Publication, history: ReleaseHistory) -> ReleaseHistory:
    """Return *history* without a release at its end that was begun and not finished, which is made anew."""
    known = publication.version
    if history.last and history.find(known) and history.last.version != known:
        return history.until(known)
    return history


@contextmanager
def _previous(
    publication: Publication, history: ReleaseHistory, where: str | None, scratch: Path, program: str
) -> Iterator[tuple[DataRelease | None, list[bytes], PreviousSite | None]]:
    """Yield the last release, what it said, and the site it was found on, if any.

    Raise BrokenInput where that site is of another publication, or does not have the last release of the ledger.
    """
    last = history.last
    if where is None:
        yield last, history.statements(last.version) if last else [], None
        return
    with PreviousSite(where, scratch, program) as site:
        dump = _last_dump(site, history, where, scratch, program)
        if dump.base_iri and dump.base_iri != publication.base_iri:
            raise BrokenInput(
                f"{where}: expected the base IRI {publication.base_iri}, found {dump.base_iri} – every IRI would have"
                " changed; name the last release of this publication",
                f"{where}: erwartet die Basis-IRI {publication.base_iri}, gefunden {dump.base_iri} – jede IRI wäre"
                " geändert; nennen Sie die letzte Ausgabe dieser Veröffentlichung",
            )
        lines = list(sorted_statements(dump, scratch))
        if last is None:
            version = str(read_version(dump.version, where)) if dump.version else publication.version
            day = site.day or str(publication.settings.value["modified"])
            yield replace(first_release(publication, lines, day)[0], version=version), lines, site
            return
        if content_digest(written_lines(lines, publication.base_iri)) != last.content:
            raise BrokenInput(
                f"{where}: expected release {last.version}, the last one in {LEDGER_FOLDER}, found other statements –"
                " name the site or folder that has it",
                f"{where}: erwartet die Ausgabe {last.version}, die letzte in {LEDGER_FOLDER}, gefunden andere Aussagen"
                " – nennen Sie die Seite oder den Ordner, der sie hat",
            )
        yield last, lines, site


def _last_dump(site: PreviousSite, history: ReleaseHistory, where: str, scratch: Path, program: str) -> Dump:
    """Return the dump of the last release on *site*: its frozen folder, or the whole where there is none."""
    version = history.last.version if history.last else site.version
    frozen = site.frozen_dump(version) if version else None
    return frozen or find_dump(where, scratch, program)


def propose(
    publication: Publication,
    history: ReleaseHistory,
    lines: Iterable[bytes],
    wording: Wording,
    wishes: ReleaseWishes,
    previous: str | None,
    program: str,
) -> Proposal:
    """Return the release that *publication*, which says the ordered *lines*, would be.

    *previous* is the folder or address of the site with the last release; without it the ledger tells what that said.
    Raise BadSetting where there is nothing to release, or something vanishes without a word.
    """
    now, entries = list(lines), vocabulary_entries(publication)
    known = history.vocabulary
    changes = vocabulary_changes(known, entries) if known else []
    with TemporaryDirectory(prefix="efa-lod-") as folder:
        scratch = Path(folder)
        with _previous(publication, history, previous, scratch, program) as (before, then, site):
            sums = site.sums_digest(before.version) if site and before else ""
        if before is None:
            return _first(publication, now, wishes, entries)
        found = compared_lines(then, now, scratch)
        if found.is_same and history.last is None:  # built, and no release yet: this is the first
            return _first(publication, now, wishes, entries)
        if found.is_same and not changes:
            raise BadSetting(
                f"nothing has changed since {before.version}: every statement is the same – a release needs a change",
                f"seit {before.version} hat sich nichts geändert: jede Aussage ist dieselbe – eine Ausgabe braucht eine"
                " Änderung",
            )
        made = _next(publication, history, before, then, found, wording, wishes, sums, changes)
        return _with_vocabulary(publication, made, now, known, entries)


def _with_vocabulary(
    publication: Publication,
    made: Proposal,
    now: list[bytes],
    known: Mapping[str, VocabularyEntry],
    entries: Mapping[str, VocabularyEntry],
) -> Proposal:
    """Return *made* with what its release changed of the vocabulary, and the lists of IRIs that were and are there."""
    changed: dict[str, VocabularyEntry | None] = {iri: new for iri, new in entries.items() if known.get(iri) != new}
    gone = sorted(known.keys() - entries.keys())
    release = replace(made.release, vocabulary=changed | dict.fromkeys(gone))
    ledger = [(f"{LEDGER_FOLDER}/{name}", data) for name, data in ledger_files(release)]
    lists = list_files(publication, release, now, entries)
    kept = [(path, data) for path, data in made.files if path not in dict(ledger)]
    at = next(index for index, (path, _) in enumerate(made.files) if path in dict(ledger))
    return replace(made, release=release, files=[*kept[:at], *ledger, *lists, *kept[at:]])


def _first(
    publication: Publication, now: list[bytes], wishes: ReleaseWishes, entries: Mapping[str, VocabularyEntry]
) -> Proposal:
    version = str(read_version(wishes.version or publication.version, "VERSION"))
    made, kept = first_release(publication, now, wishes.day)
    release = replace(made, version=version, notes=wishes.notes or made.notes, vocabulary=entries)
    files = [(f"{LEDGER_FOLDER}/{name}", data) for name, data in ledger_files(release, kept)]
    files += list_files(publication, release, now, entries)
    empty = change_list(Comparison((), (), (), (), is_same=True))
    files += [*_citation_files(publication, release), *versioned_files(publication, release)]
    return Proposal(release, None, None, empty, None, [*files, _settings_file(publication, release)])


def _next(
    publication: Publication,
    history: ReleaseHistory,
    before: DataRelease,
    then: list[bytes],
    found: Comparison,
    wording: Wording,
    wishes: ReleaseWishes,
    sums: str,
    vocabulary: Sequence[VocabularyChange],
) -> Proposal:
    told = [one for release in history.releases for one in history.requests(release)]
    listed = with_requests(change_list(found), publication, told)
    level = highest([level_of(listed.changes), *(change.level for change in vocabulary)])
    last = read_version(before.version, LEDGER_FOLDER)
    by_rule = last.next(level)
    version = read_version(wishes.version, "VERSION") if wishes.version else by_rule
    _refuse_old(version, before, wishes.day)
    gone = [change.subject for change in listed.changes if change.kind is ChangeKind.GONE]
    gone += [publication.base_iri + change.iri for change in vocabulary if change.kind is ChangeKind.GONE]
    withdrawn = _withdrawals(publication, gone, wishes)
    removed, added = (
        tuple(line.decode() for line in written_lines(lines, publication.base_iri))
        for lines in (found.removed, found.added)
    )
    kept = written_lines(found.new, publication.base_iri)
    release = DataRelease(
        str(version),
        wishes.day,
        wishes.notes or _notes(listed, wording, vocabulary),
        content_digest(kept),
        len(kept),
        before.version,
        sums,
        removed,
        added,
        tuple(withdrawn),
        requests=tuple(written_requests(listed.requests, publication.base_iri)),
    )
    adopted = () if history.last else ledger_files(before, written_lines(then, publication.base_iri))
    files = [(f"{LEDGER_FOLDER}/{name}", data) for name, data in (*adopted, *ledger_files(release))]
    files += [*_citation_files(publication, release), *versioned_files(publication, release)]
    settings = _settings_file(publication, release, _withdrawn_setting(publication, release, found.new))
    return Proposal(
        release, before, level, listed, by_rule if version < by_rule else None, [*files, settings], vocabulary
    )


def _refuse_old(version: Version, before: DataRelease, day: str) -> None:
    last = read_version(before.version, LEDGER_FOLDER)
    if version <= last:
        same = version == last
        raise BadSetting(
            f"{version}: expected a version after {last}, "
            + ("which is released already" if same else "the last release")
            + f" – leave it out, or name {last.next(Level.MINOR)}",
            f"{version}: erwartet eine Version nach {last}, "
            + ("die es schon gibt" if same else "der letzten Ausgabe")
            + f" – lassen Sie sie weg, oder nennen Sie {last.next(Level.MINOR)}",
        )
    if day < before.day:
        raise BadSetting(
            f"{day}: expected a day not before {before.day}, the day of {before.version} – name another with --date",
            f"{day}: erwartet ein Tag nicht vor dem {before.day}, dem Tag von {before.version} – nennen Sie einen"
            " anderen mit --date",
        )


def _notes(listed: ChangeList, wording: Wording, vocabulary: Sequence[VocabularyChange]) -> dict[str, str]:
    """Return notes made of the first sentences about the changes, and how many more there are."""
    told = [said for _, changes in sentences_by_thing(listed, wording) for _, said in changes]
    told += [{tongue: change.note(wording, tongue) for tongue in TONGUES} for change in vocabulary]
    notes = {}
    for language in TONGUES:
        sentences = [said[language] for said in told[:_MOST_IN_NOTES]]
        more = [_MORE[language].format(len(told) - _MOST_IN_NOTES)] if len(told) > _MOST_IN_NOTES else []
        notes[language] = " ".join([*sentences, *more])
    return notes


def _withdrawals(publication: Publication, gone: Sequence[str], wishes: ReleaseWishes) -> Iterator[Withdrawal]:
    """Yield why each IRI that is *gone* went, and what replaces it; raise BadSetting for one without a word."""
    said = {_iri(publication, iri): texts for iri, texts in (wishes.reasons or {}).items()}
    named = {_iri(publication, iri): _iri(publication, new) for iri, new in (wishes.successors or {}).items()}
    listed_already = {_iri(publication, one.iri): one for one in withdrawals(publication)}
    reasons = {iri: one.reason for iri, one in listed_already.items() if one.reason} | said
    successors = {iri: _iri(publication, one.replaced_by) for iri, one in listed_already.items() if one.replaced_by}
    successors |= named
    _refuse_unknown(publication, {*said, *named}, gone)
    mute = []
    for iri in gone:
        reason = reasons.get(iri) or reasons.get(thing_iri(iri)) or {}
        successor = successors.get(iri, "")
        is_part_of_gone = thing_iri(iri) != iri and thing_iri(iri) in gone
        if not successor and not is_part_of_gone and not all(reason.get(tongue) for tongue in TONGUES):
            mute.append(iri)
        yield Withdrawal(_short(publication, iri), dict(reason), _short(publication, successor))
    if mute:
        first = ", ".join(_short(publication, iri) for iri in mute[:3])
        more = f" and {len(mute) - 3:,} more" if len(mute) > 3 else ""
        weitere = f" und {len(mute) - 3:,} weitere" if len(mute) > 3 else ""
        example = _short(publication, mute[0])
        raise BadSetting(
            f"{first}{more}: would vanish without a word – say what replaces it with --replaced {example}=IRI, or why"
            f" it went with --reason '{example}=…@de' and --reason '{example}=…@en'",
            f"{first}{weitere}: würde ohne ein Wort verschwinden – nennen Sie mit --replaced {example}=IRI, was es"
            f" ersetzt, oder mit --reason '{example}=…@de' und --reason '{example}=…@en', warum es wegfällt",
        )


def _refuse_unknown(publication: Publication, named: set[str], gone: Sequence[str]) -> None:
    """Raise BadSetting for an IRI that was given a reason or a successor and does not vanish."""
    things = {*gone, *map(thing_iri, gone)}
    for iri in sorted(named - things):
        short = _short(publication, iri)
        raise BadSetting(
            f"{short}: expected an IRI that vanishes with this release, found one that does not – leave out its"
            " --reason or --replaced",
            f"{short}: erwartet eine IRI, die mit dieser Ausgabe wegfällt, gefunden eine, die das nicht tut – lassen"
            " Sie ihr --reason oder --replaced weg",
        )


def _iri(publication: Publication, text: str) -> str:
    return text if "://" in text else publication.base_iri + text


def _short(publication: Publication, iri: str) -> str:
    return iri.removeprefix(publication.base_iri)


def _withdrawn_setting(
    publication: Publication, release: DataRelease, now: Iterable[bytes]
) -> list[dict[str, object]] | None:
    """Return the entry ``withdrawn``: what it had, without what came back, and the things that went now."""
    lives = {line[1 : line.index(b">")].decode() for line in now}
    entries = withdrawn_entries(publication.settings.value)
    kept = [one for one in entries if _iri(publication, str(one.get("id"))) not in lives]
    for one in release.withdrawn:
        if "#" not in one.iri and "://" not in one.iri:
            entry: dict[str, object] = {"id": one.iri, "release": release.version, "date": release.day}
            entry |= {"reason": dict(one.reason)} if one.reason else {}
            entry |= {"replacedBy": one.replaced_by} if one.replaced_by else {}
            kept = [other for other in kept if other.get("id") != one.iri] + [entry]
    return kept or None


def _settings_file(
    publication: Publication, release: DataRelease, withdrawn: list[dict[str, object]] | None = None
) -> tuple[str, bytes]:
    """Return the settings with the version, day, notes and withdrawn things of *release*."""
    text = (publication.folder / SETTINGS_FILE).read_bytes().decode("utf-8-sig")
    values = {"version": release.version, "modified": release.day, "versionNotes": dict(release.notes)}
    more = {"withdrawn": withdrawn} if withdrawn is not None or "withdrawn" in publication.settings.value else {}
    return SETTINGS_FILE, edited_settings(text, {**values, **more}, SETTINGS_FILE).encode()


def _citation_files(publication: Publication, release: DataRelease) -> list[tuple[str, bytes]]:
    """Return the citation of *release* where the folder of the publication has one that was generated."""
    path = publication.folder / CITATION_FILE
    if not path.is_file() or not whole_file(path).startswith(citation_cff(publication).partition(b"\n")[0]):
        return []
    changed = {"version": release.version, "modified": release.day}
    settings = replace(publication.settings, value={**publication.settings.value, **changed})
    return [(CITATION_FILE, citation_cff(replace(publication, settings=settings)))]


def write_files(publication: Publication, files: Sequence[tuple[str, bytes]]) -> None:
    """Write *files* of the publication in their order; raise CannotWrite, with nothing half written, when it fails."""
    folder = publication.folder / LEDGER_FOLDER
    is_new = not folder.exists()
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files:
            target = publication.folder / path
            if not target.exists():
                written.append(target)
            write_whole(target, content)
    except OSError as error:
        _take_back(written, folder if is_new else None)
        raise CannotWrite(
            f"{error.filename}: cannot be written: {error.strerror}",
            f"{error.filename}: lässt sich nicht schreiben: {in_german(error)}",
        ) from error
    except KeyboardInterrupt:
        _take_back(written, folder if is_new else None)
        raise


def _take_back(written: Iterable[Path], folder: Path | None) -> None:
    for path in written:
        path.unlink(missing_ok=True)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
