"""Take what was said of an IRI out of releases that are published: from the ledger, and so from every frozen folder.

The ledger is what frozen folders are held against. Once it no longer has the statements, the next build rewrites the
folders that still have them, says so in ``releases.ttl``, and their documents about the IRI answer 410.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from efa_lod.errors import BadSetting
from efa_lod.model.publication import WRITTEN_BASE, Publication
from efa_lod.releases.comparison import content_digest
from efa_lod.releases.ledger import LEDGER_FOLDER, DataRelease, ReleaseHistory, ledger_files


def is_about(line: bytes, iris: Sequence[str]) -> bool:
    """Return True if *line* speaks of one of *iris* or of a part of it."""
    subject = line[1 : line.index(b">")].decode()
    return any(subject == iri or subject.startswith(f"{iri}#") for iri in iris)


def redacted_files(
    publication: Publication, history: ReleaseHistory, reference: str
) -> tuple[list[DataRelease], list[tuple[str, bytes]]]:
    """Return the releases that say something of *reference*, and the files of the ledger without it.

    *reference* is an IRI, absolute or below the base. Raise BadSetting where no release says anything of it, or the
    newest one still does: what is published now is mended in the records first.
    """
    written = reference if "://" in reference else WRITTEN_BASE + reference
    if written.startswith(publication.base_iri):
        written = WRITTEN_BASE + written.removeprefix(publication.base_iri)
    rebased = ReleaseHistory(history.releases, history.baseline, WRITTEN_BASE)
    last = history.last
    affected: list[DataRelease] = []
    files: list[tuple[str, bytes]] = []
    for release, state, _, _ in rebased.states():
        has = any(is_about(line, [written]) for line in state)
        if has and release is last:
            raise BadSetting(
                f"{reference}: is still stated in {release.version}, the newest release – take it out of the records"
                " and make a release first",
                f"{reference}: steht noch in {release.version}, der neuesten Ausgabe – nehmen Sie es erst aus den"
                " Datensätzen und machen Sie eine Ausgabe",
            )
        made = _without(release, state, written, reference if has else "")
        if has:
            affected.append(release)
        baseline = [line for line in history.baseline if not is_about(line, [written])]
        files += [(f"{LEDGER_FOLDER}/{name}", data) for name, data in ledger_files(made, baseline)]
    if not affected:
        raise BadSetting(
            f"{reference}: expected an IRI that a release says something of, found none – name it as it stands in the"
            " data, such as state/sh#contact-x",
            f"{reference}: erwartet eine IRI, über die eine Ausgabe etwas sagt, keine gefunden – nennen Sie sie, wie"
            " sie in den Daten steht, etwa state/sh#contact-x",
        )
    return affected, files


def _without(release: DataRelease, state: set[bytes], written: str, redacted: str) -> DataRelease:
    """Return *release*, which says *state*, without what it says of the IRI *written*."""
    kept = sorted(line for line in state if not is_about(line, [written]))
    return replace(
        release,
        content=content_digest(kept),
        triples=len(kept),
        previous_sums="",  # the folder before is written anew, or may have been
        removed=tuple(_lines(release.removed, written)),
        added=tuple(_lines(release.added, written)),
        requests=tuple(one for one in release.requests if not is_about(f"<{one.subject}>".encode(), [written])),
        redacted=(*release.redacted, *([redacted] if redacted else [])),
    )


def _lines(lines: Sequence[str], written: str) -> Iterator[str]:
    return (line for line in lines if not is_about(line.encode(), [written]))
