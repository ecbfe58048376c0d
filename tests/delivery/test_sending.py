"""What goes to other hosts, how often, and what does not."""

import time
from collections.abc import Iterator

import pytest

from efa_lod.errors import BadSetting
from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.sending import TRY_SENDING_AGAIN, Login, NotAccepted, Sender, sending_policy
from support.loopback import Handler, Site, answers, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a server on this machine."""
    with serving() as running:
        yield running


def sender(site: Site, login: Login | None = None, seconds: float = 20) -> Sender:
    """Return what sends to *site*."""
    policy = sending_policy("efa-lod/test", site.url, seconds, tries=3)
    return Sender(policy, site.url, login)


@pytest.mark.parametrize("status", TRY_SENDING_AGAIN)
def test_what_may_pass_is_tried_again(status: int, site: Site) -> None:
    """A server that is busy is asked again, after the time that it asks for."""
    site.routes["/"] = lambda handler: handler.say(status if len(site.requests) < 2 else 200, Retry_After="0")

    assert 200 == sender(site).send("GET", f"{site.url}/").status
    assert 2 == len(site.requests)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 500, 501])
def test_what_will_not_pass_is_not_tried_again(status: int, site: Site) -> None:
    """A server that says that something is wrong is asked once."""
    site.routes["/"] = answers(status)

    with pytest.raises(NotAccepted, match=str(status)):
        sender(site).send("GET", f"{site.url}/")
    assert 1 == len(site.requests)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, site: Site) -> None:
    """A login goes to the host that was named: where that leads elsewhere is said, and not tried."""
    with serving() as other:
        site.routes["/"] = answers(status, Location=f"{other.url}/")
        with pytest.raises(NotAccepted, match="redirects to"):
            sender(site, Login("basic", "u", "geheim")).send("GET", f"{site.url}/")

        assert [] == other.requests


def test_another_host_gets_nothing(site: Site) -> None:
    """A sender has one host."""
    with pytest.raises(NotFetched, match="another host"):
        sender(site).send("GET", site.url.replace("127.0.0.1", "127.0.0.2"))


@pytest.mark.parametrize("host", ["store.example.org", "192.0.2.7", "127.0.0.1.example.org", "localhost.example.org"])
def test_a_password_goes_over_no_open_network(host: str) -> None:
    """Plain HTTP carries a login to this machine only, unless that is asked for."""
    address = f"http://{host}/"
    policy = sending_policy("efa-lod/test", address, 1)

    with pytest.raises(BadSetting, match="in the clear"):
        Sender(policy, address, Login("basic", "u", "p"))
    Sender(policy, address, Login("basic", "u", "p"), insecure=True)
    Sender(policy, address)
    Sender(policy, "http://localhost:1/", Login("basic", "u", "p"))


@pytest.mark.parametrize("scheme", ["basic", "bearer", "token", "x-api-key"])
@pytest.mark.parametrize("status", [400, 401, 403, 409, 500])
def test_a_secret_that_is_quoted_back_is_not_shown(scheme: str, status: int, site: Site) -> None:
    """A server that repeats the login in its refusal does not bring it into our messages."""

    def echo(handler: Handler) -> None:
        handler.say(status, " ".join(f"{k}: {v}" for k, v in handler.headers.items()).encode() + b" s3cret-0815")

    site.routes["/"] = echo
    login = Login(scheme, "user", "s3cret-0815")
    with pytest.raises(NotAccepted) as caught:
        sender(site, login).send("GET", f"{site.url}/")

    shown = repr(caught.value) + str(caught.value) + caught.value.in_language("de") + repr(login)
    assert "s3cret" not in shown
    assert all(value not in shown for value in login.headers().values())


def test_an_answer_that_breaks_off_is_none(site: Site) -> None:
    """A shorter answer than announced is no answer."""
    site.routes["/"] = answers(200, b"<a:b> <a:c> <a:d> .\n", length=500)

    with pytest.raises(NotFetched, match="broke off"):
        sender(site).download("GET", f"{site.url}/", lambda piece: None, {})


def test_a_server_that_waits_is_not_waited_for(site: Site) -> None:
    """A request ends after its time."""

    def slow(handler: Handler) -> None:
        time.sleep(2)
        handler.say(200)

    site.routes["/"] = slow

    with pytest.raises(NotFetched, match=r"within 0\.3 seconds"):
        Sender(sending_policy("efa-lod/test", site.url, 0.3, tries=1), site.url).send("GET", f"{site.url}/")
