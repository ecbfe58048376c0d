"""Tell at whose request something was taken out: which noted removal stands behind which change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from efa_lod.model.context import Context, read_context
from efa_lod.model.publication import Publication
from efa_lod.model.removals import NotedRemoval, noted_removals
from efa_lod.releases.changes import Change, ChangeKind, ChangeList, RemovalRequest, thing_iri

_TAKING_OUT = (ChangeKind.GONE, ChangeKind.REMOVED, ChangeKind.CHANGED)


def with_requests(listed: ChangeList, publication: Publication, told: Iterable[RemovalRequest] = ()) -> ChangeList:
    """Return *listed* with the requests that *publication* notes for its changes, but for those *told* before."""
    noted = noted_removals(publication)
    if not noted:
        return listed
    before, context = set(map(_mark, told)), read_context(publication)
    found = [one for one in _requests(listed.changes, noted, context) if _mark(one) not in before]
    return replace(listed, requests=found)


def _mark(one: RemovalRequest) -> tuple[str, str, str, str]:
    return one.subject, one.predicate, one.language, one.day


def _requests(changes: Sequence[Change], noted: Sequence[NotedRemoval], context: Context) -> Iterator[RemovalRequest]:
    """Yield for each of *changes* the newest request that is *noted* for it, if there is one."""
    by_mark = {_change_mark(one, context): one for one in noted}
    for change in changes:
        if change.kind in _TAKING_OUT:
            marks = [(change.subject, change.predicate, change.language)]
            marks += [(term[1:-1], "", thing_iri(change.subject)) for term in change.old if term[:1] == "<"]
            if one := next((by_mark[mark] for mark in marks if mark in by_mark), None):
                yield RemovalRequest(change.subject, change.predicate, change.language, one.office, one.day)


def _change_mark(one: NotedRemoval, context: Context) -> tuple[str, str, str]:
    """Return by what the change is known that *one* made: subject, property and language, or thing and record.

    A shared thing that goes from one record is still there; then the record no longer refers to it.
    """
    thing = context.resolve(one.thing)
    name, _, language = one.key.partition(".")
    if name:
        return thing, context.keys[name].iri if name in context.keys else name, language
    record = context.resolve(one.record) if one.record else ""
    return (thing, "", "") if not record or thing_iri(thing) == record else (thing, "", record)
