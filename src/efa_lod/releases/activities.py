"""Write the releases as ActivityStreams (Entity Metadata Management API 1.0, LD4 2024): a page for each release."""

from collections.abc import Iterator, Sequence

from efa_lod.io.json_text import json_text
from efa_lod.releases.atom import entry_id
from efa_lod.releases.issued import IssuedRelease

ACTIVITIES_FILE = "changes/activities.json"
_CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://emm-spec.org/1.0/context.json"]


def activity_files(base: str, title: str, releases: Sequence[IssuedRelease]) -> Iterator[tuple[str, bytes]]:
    """Yield the files, as path and content: the collection called *title*, and its pages, the oldest first."""
    pages = [f"changes/activities-{one.version}.json" for one in releases]
    collection = {
        "@context": _CONTEXT,
        "id": base + ACTIVITIES_FILE,
        "type": "OrderedCollection",
        "summary": title,
        "totalItems": sum(len(one.things) + len(one.vocabulary) for one in releases),
        "url": [f"{base}efa-lod.nt"],
        "first": {"type": "OrderedCollectionPage", "id": base + pages[0]},
        "last": {"type": "OrderedCollectionPage", "id": base + pages[-1]},
    }
    yield ACTIVITIES_FILE, _json(collection)
    for number, one in enumerate(releases):
        page: dict[str, object] = {
            "@context": _CONTEXT,
            "id": base + pages[number],
            "type": "OrderedCollectionPage",
            "partOf": {"type": "OrderedCollection", "id": base + ACTIVITIES_FILE},
            **({"prev": {"type": "OrderedCollectionPage", "id": base + pages[number - 1]}} if number else {}),
            **(
                {"next": {"type": "OrderedCollectionPage", "id": base + pages[number + 1]}}
                if number + 1 < len(pages)
                else {}
            ),
            "orderedItems": [_activity(base, one, what, iri) for iri, what in _activities(base, one)],
        }
        yield pages[number], _json(page)


def _activities(base: str, one: IssuedRelease) -> Iterator[tuple[str, str]]:
    """Yield what a release changed, and what it did to it."""
    yield from ((thing, one.activity(thing)) for thing in one.things)
    yield from ((base + change.iri, change.activity) for change in one.vocabulary)


def _activity(base: str, one: IssuedRelease, activity: str, thing: str) -> dict[str, object]:
    return {
        "id": entry_id(base, one, thing),
        "type": activity,
        "published": one.moment,
        "object": {"id": thing, "type": "Entity", "updated": one.moment},
    }


def _json(value: object) -> bytes:
    return json_text(value).encode()
