"""The stream of changes is read by the client that the world uses for it, and rebuilds the release exactly."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.event_streams import served_history


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Path]]:
    """Return an address with a history of three releases, the folder behind it, and one with the first two."""
    with served_history(tmp_path_factory.mktemp("stream"), 11) as history:
        yield history.address, history.site, history.before


def test_pages_of_the_past_are_immutable(stream: tuple[str, Path, Path]) -> None:
    """Only the newest page may still change, and a page that is immutable is the same as before but for saying so."""
    _, site, before = stream
    pages = sorted((site / "changes").glob("[0-9]*.trig"))
    marked = [path.name for path in pages if "ldes:immutable true" in path.read_text("utf-8")]

    assert 3 == len(pages)
    assert 2 == len(marked)
    for name in marked:
        old = set((before / "changes" / name).read_text("utf-8").splitlines())
        assert 1 >= len(set((site / "changes" / name).read_text("utf-8").splitlines()) ^ old)


def test_activities_are_counted_and_linked(stream: tuple[str, Path, Path]) -> None:
    """The collection has as many activities as its pages, which lead to each other from the first to the last."""
    address, site, _ = stream
    collection = json.loads((site / "changes/activities.json").read_text("utf-8"))
    pages, at = [], collection["first"]["id"]
    while at:
        page = json.loads((site / at.removeprefix(address)).read_text("utf-8"))
        pages.append(page)
        at = page.get("next", {}).get("id")

    assert collection["last"]["id"] == pages[-1]["id"]
    assert collection["totalItems"] == sum(len(page["orderedItems"]) for page in pages)
    moments = [item["published"] for page in pages for item in page["orderedItems"]]
    assert sorted(moments) == moments
