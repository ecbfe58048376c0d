"""What each release brought, as all writers need it: changes, statements that went and came, and changed things."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from efa_lod.releases.changes import ChangeKind, ChangeList, change_list, thing_iri
from efa_lod.releases.comparison import Comparison, content_digest
from efa_lod.releases.ledger import DataRelease, ReleaseHistory, vocabulary_with
from efa_lod.releases.vocabulary import VocabularyChange, vocabulary_changes
from efa_lod.releases.vocabulary_entries import VocabularyEntry


@dataclass(frozen=True)
class IssuedRelease:
    """A release with what it brought.

    *published* is its moment: that of its day, a second later for each earlier release of the same day. *removed* and
    *added* are ordered lines; *things* are all statements about each thing that is new or changed, and none about one
    that is gone. *before* and *after* are digests of the statements of the release before and of this one. *vocabulary*
    is what changed of terms, shapes and named queries.
    """

    release: DataRelease
    published: datetime
    listed: ChangeList
    removed: Sequence[bytes]
    added: Sequence[bytes]
    things: Mapping[str, Sequence[bytes]]
    created: frozenset[str]
    before: str
    after: str
    vocabulary: Sequence[VocabularyChange] = ()

    @property
    def version(self) -> str:
        """Return the version."""
        return self.release.version

    @property
    def moment(self) -> str:
        """Return the moment as a dateTime of XML Schema."""
        return self.published.strftime("%Y-%m-%dT%H:%M:%SZ")

    def activity(self, thing: str) -> str:
        """Return what happened to *thing*, in the words of ActivityStreams."""
        if not self.things[thing]:
            return "Delete"
        return "Create" if thing in self.created else "Update"


def issued_releases(history: ReleaseHistory) -> Iterator[IssuedRelease]:
    """Yield the releases of *history* with what they brought, the oldest first."""
    state: set[bytes] = set()
    moment: datetime | None = None
    digest = content_digest(())
    vocabulary: dict[str, VocabularyEntry] = {}
    for release, now, removed, added in history.states():
        moment = _moment(release.day, moment)
        after = content_digest(sorted(now))
        if release.previous:
            found = Comparison(state, now, sorted(removed), sorted(added), is_same=False)
            listed = replace(change_list(found), requests=history.requests(release))
        else:
            listed = change_list(Comparison((), (), (), (), is_same=True))
        entries = vocabulary_with(vocabulary, release)
        things = _things(now, (line_thing(line) for lines in (removed, added) for line in lines))
        before_things = {line_thing(line) for line in state}
        yield IssuedRelease(
            release,
            moment,
            listed,
            sorted(removed),
            sorted(added),
            things,
            frozenset(thing for thing in things if thing not in before_things),
            digest,
            after,
            vocabulary_changes(vocabulary, entries) if release.previous and vocabulary else (),
        )
        state, digest, vocabulary = set(now), after, entries


def _moment(day: str, before: datetime | None) -> datetime:
    found = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return found if before is None or found > before else before + timedelta(seconds=1)


def line_thing(line: bytes) -> str:
    """Return the thing that *line* speaks of."""
    return thing_iri(line[1 : line.index(b">")].decode())


def _things(now: Iterable[bytes], changed: Iterable[str]) -> dict[str, list[bytes]]:
    """Return the statements about each of the *changed* things, in order, an empty list for one that is gone."""
    found: dict[str, list[bytes]] = {thing: [] for thing in sorted(set(changed))}
    for line in sorted(now):
        thing = line_thing(line)
        if thing in found:
            found[thing].append(line)
    return found


def last_changes(releases: Iterable[IssuedRelease]) -> dict[str, IssuedRelease]:
    """Return by thing the last release that changed it after the first, the oldest release coming first."""
    return {thing: one for one in releases if one.release.previous for thing in one.things}


def gone_things(one: IssuedRelease) -> list[str]:
    """Return the things that are gone with a release."""
    return [c.thing for c in one.listed.changes if c.kind is ChangeKind.GONE and c.subject == c.thing]
