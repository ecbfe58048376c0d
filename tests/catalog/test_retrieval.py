"""A catalogue is fetched as harvesters do: first with HEAD, then with GET."""

import socket

import pytest

from efa_lod.catalog.retrieval import fetch
from efa_lod.errors import BrokenInput
from support.loopback import Answering, Handler, serving


def cut_head(handler: Handler) -> None:
    """Close the connection at HEAD, answer GET."""
    if handler.command == "HEAD":
        handler.connection.shutdown(socket.SHUT_RDWR)
    else:
        handler.say(200, b"x", Content_Type="text/turtle")


def round_head(handler: Handler) -> None:
    """Lead HEAD round and round, answer GET."""
    if handler.command == "HEAD":
        handler.say(302, b"", Location=handler.path)
    else:
        handler.say(200, b"x", Content_Type="text/turtle")


@pytest.mark.parametrize("route", [cut_head, round_head])
def test_a_head_without_an_answer_is_named(route: Answering) -> None:
    """Who tries the address in a browser sees nothing wrong, so the message names HEAD, in both languages."""
    with serving() as site:
        site.routes["/c.ttl"] = route
        with pytest.raises(BrokenInput) as caught:
            fetch(f"{site.url}/c.ttl", 5, "text/turtle", look_first=True)
        without = fetch(f"{site.url}/c.ttl", 5, "text/turtle")

    assert b"x" == without.content
    for language in ("de", "en"):
        assert "HEAD" in caught.value.in_language(language)
        assert "\n" not in caught.value.in_language(language)
