"""Write the releases as ActivityStreams (Entity Metadata Management API 1.0, LD4 2024): a page for each release.

Each activity says in German and English what people are told of it.
"""

from collections.abc import Iterator, Mapping, Sequence

from efa_lod.io.json_text import json_text
from efa_lod.releases.atom import entry_id
from efa_lod.releases.issued import IssuedRelease
from efa_lod.releases.wording import TONGUES, Wording, sentences_by_thing

ACTIVITIES_FILE = "changes/activities.json"
_CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://emm-spec.org/1.0/context.json"]


def activity_files(
    base: str, title: str, releases: Sequence[IssuedRelease], wording: Wording
) -> Iterator[tuple[str, bytes]]:
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
            "orderedItems": [_activity(base, one, *activity) for activity in _activities(base, one, wording)],
        }
        yield pages[number], _json(page)


def _activities(base: str, one: IssuedRelease, wording: Wording) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Yield what a release changed, what it did to it, and what people are told of it, by language."""
    told = {
        thing: {tongue: "\n".join(said[tongue] for _, said in changes) for tongue in TONGUES}
        for thing, changes in sentences_by_thing(one.listed, wording)
    }
    yield from ((thing, one.activity(thing), told.get(thing, {})) for thing in one.things)
    for change in one.vocabulary:
        yield base + change.iri, change.activity, {tongue: change.sentence(wording, tongue) for tongue in TONGUES}


def _activity(base: str, one: IssuedRelease, thing: str, activity: str, told: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": entry_id(base, one, thing),
        "type": activity,
        **({"summaryMap": told} if told else {}),
        "published": one.moment,
        "object": {"id": thing, "type": "Entity", "updated": one.moment},
    }


def _json(value: object) -> bytes:
    return json_text(value).encode()
