"""The server leads questions to the finder on, for readers without JavaScript."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from efa_lod.model.publication import Publication
from efa_lod.web.built_site import read_built_site
from efa_lod.web.find_redirects import FinderRedirects
from support.serving import serving


@pytest.fixture(scope="module")
def redirects(site_folder: Path, publication: Publication) -> Iterator[FinderRedirects]:
    """Give the finder of a built site as an application."""
    yield FinderRedirects(publication, read_built_site(site_folder))


def answer(application: FinderRedirects, path: str, query: str, method: str = "GET") -> tuple[int, str]:
    """Return status and location of the answer to a request."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "headers": []}
    asyncio.run(application({**scope, "query_string": query.encode()}, receive, send))
    headers = {name: value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers.get(b"location", "")


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("q=Hannover", "state/ni.html?place=Hannover+%28Stadt%2C+Region+Hannover%29"),
        ("q=Landkreis+Gifhorn", "state/ni.html?place=Gifhorn+%28Landkreis%29"),
        ("q=Landkreis+Kassel", "state/he.html?place=Kassel+%28Landkreis%29"),
        ("q=Kassel", "state/he.html?place=Kassel"),
        ("q=NRW", "state/nw.html"),
        ("q=08111000", "state/bw.html?place=Stuttgart+%28Stadtkreis%29"),
        ("q=03151", "state/ni.html?place=Gifhorn+%28Landkreis%29"),
    ],
)
def test_a_question_with_one_answer_is_led_to_the_state(query: str, target: str, redirects: FinderRedirects) -> None:
    """The way names the place for which the state answers; it is relative, so it holds behind any proxy."""
    assert (303, target) == answer(redirects, "/find.html", query)


def test_the_english_finder_names_the_place_in_english(redirects: FinderRedirects) -> None:
    """Kind and district stand there in the language of the finder."""
    assert (303, "state/bw.html?place=Stuttgart+%28independent+city%29") == answer(
        redirects, "/en/find.html", "q=08111000"
    )


@pytest.mark.parametrize(("query", "start"), [("q=Neustadt", "find/names/"), ("q=30159", "find/numbers/")])
def test_a_choice_is_led_to_its_place_in_the_list(query: str, start: str, redirects: FinderRedirects) -> None:
    """Several places, and a postal code, lead to the volume that has them, at the place where they stand."""
    status, target = answer(redirects, "/find.html", query)

    assert (303, True) == (status, target.startswith(start))
    assert target.endswith(f"?{query}#at-{query[2:].lower()}")


def test_a_title_before_the_name_is_no_place_in_the_list(redirects: FinderRedirects) -> None:
    """What leads to a choice stands where its name begins, whatever was typed before."""
    status, target = answer(redirects, "/find.html", "q=Stadt+Frankfurt")

    assert (303, True) == (status, target.endswith("#at-frankfurt"))


@pytest.mark.parametrize("query", ["", "q=", "q=Niedersachsn", "q=123", "q=%FF%FE", "q=%0d%0aX:y", "p=Hannover"])
def test_what_has_no_answer_is_the_page_itself(query: str, redirects: FinderRedirects) -> None:
    """Without a place to lead to, the page of the finder is sent."""
    assert (200, "") == answer(redirects, "/find.html", query)


def test_pages_and_queries_lead_to_each_other(dist: Path) -> None:
    """On a server, the page that asks in the browser and the page of the endpoint lead to each other."""
    with serving("--site", dist, "--workers", 2) as server:
        found = {path: server.send("GET", path) for path in ("/query.html", "/en/query.html", "/query")}

    assert all(b"/query" in found[path].body for path in ("/query.html", "/en/query.html"))
    assert b'<a href="./" data-text="start">' in found["/query"].body
