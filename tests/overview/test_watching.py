"""Watching: asking for the page with good manners, and telling exactly which rows have changed."""

import gzip
import json
import select
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from efa_lod.cli import main
from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.fetch_policy import FetchPolicy, agent, is_public
from efa_lod.io.http import Fetcher
from efa_lod.io.reading import Document
from efa_lod.overview.page import read_page, read_page_file
from efa_lod.overview.watching import CHANGES, known_rows, recorded_rows, row_changes
from support.loopback import Handler, Site, answers, serving
from support.patience import PATIENCE_S

SAMPLE = Path(__file__).parents[1] / "pages/overview.html"
BODY = SAMPLE.read_bytes()
QUICK = FetchPolicy("efa-lod/test (+https://example.org/)", seconds=2, backoff=0, pause=0, longest_wait=2, private=True)
HTML = "text/html; charset=utf-8"


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a server on this machine."""
    with serving() as running:
        yield running


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """Return a fetcher that may ask this machine and does not wait long."""
    with Fetcher(QUICK) as ready:
        yield ready


def test_a_request_says_who_asks(site: Site, fetcher: Fetcher) -> None:
    """The user agent names the program and where to read about it; robots.txt is asked first."""
    site.routes["/page"] = answers(200, BODY, Content_Type=HTML)
    answer = fetcher.get(f"{site.url}/page", 10**6)

    assert (200, BODY, "utf-8") == (answer.status, answer.content, answer.charset)
    assert ["/robots.txt", "/page"] == [path for _, path, _ in site.requests]
    assert {QUICK.agent} == {headers["user-agent"] for _, _, headers in site.requests}
    assert "efa-lod/1 (+https://example.org/efa/)" == agent("1", "https://example.org/efa/")


def test_robots_txt_is_respected(site: Site, fetcher: Fetcher) -> None:
    """A page that programs are asked to stay away from is not asked; one that they may read is."""
    site.routes["/robots.txt"] = answers(200, b"User-agent: *\nDisallow: /closed\n")
    site.routes["/open"] = answers(200, BODY)

    assert 200 == fetcher.get(f"{site.url}/open", 10**6).status
    with pytest.raises(NotFetched, match=r"robots.txt of .* asks programs to stay away"):
        fetcher.get(f"{site.url}/closed", 10**6)
    assert [] == site.asked("/closed")


def test_a_broken_robots_txt_closes_the_host(site: Site, fetcher: Fetcher) -> None:
    """While robots.txt answers with a server error, nothing else is asked (RFC 9309, 2.3.1.4)."""
    site.routes["/robots.txt"] = answers(500)

    with pytest.raises(NotFetched, match="stay away"):
        fetcher.get(f"{site.url}/page", 10**6)


def test_a_host_that_wants_cookies_gets_them(site: Site, fetcher: Fetcher) -> None:
    """A host that says 400 to clients without cookies is asked again with those it hands out at its door."""

    def page(handler: Handler) -> None:
        handler.say(200, BODY) if "seen=1" in (handler.headers["Cookie"] or "") else handler.say(400)

    site.routes["/page"] = page
    site.routes["/"] = answers(200, b"", Set_Cookie="seen=1")

    assert (200, BODY) == ((answer := fetcher.get(f"{site.url}/page", 10**6)).status, answer.content)


def test_a_host_that_is_busy_is_asked_again_when_it_says(site: Site) -> None:
    """429 and 503 are waited for, as long as Retry-After asks and no longer than is reasonable."""
    waits = iter(["1", None])

    def busy(handler: Handler) -> None:
        wait = next(waits)
        handler.say(429, Retry_After=wait) if wait else handler.say(200, BODY)

    site.routes["/page"] = busy
    site.routes["/never"] = answers(503, Retry_After="3600")
    begin = time.monotonic()
    with Fetcher(QUICK) as fetcher:
        assert 200 == fetcher.get(f"{site.url}/page", 10**6).status
        assert time.monotonic() - begin >= 1
        with pytest.raises(NotFetched, match="asks to come back after 3,600 seconds") as caught:
            fetcher.get(f"{site.url}/never", 10**6)
    assert ("later", 1) == (caught.value.reason, len(site.asked("/never")))


def test_a_pause_is_kept_between_two_requests_to_a_host(site: Site) -> None:
    """Requests to one host are at least a pause apart."""
    site.routes["/page"] = answers(200, BODY)
    begin = time.monotonic()
    with Fetcher(FetchPolicy("t", pause=0.2, private=True, robots=False)) as fetcher:
        for _ in range(3):
            fetcher.get(f"{site.url}/page", 10**6)

    assert time.monotonic() - begin >= 0.4


def drip(handler: Handler) -> None:
    """Send a byte every now and then."""
    handler.say(200, b"", length=10_000)
    for _ in range(100 * PATIENCE_S):
        try:
            handler.wfile.write(b"x")
        except OSError:
            return
        time.sleep(0.05)


def sleep(handler: Handler) -> None:
    """Say nothing until nobody waits for it."""
    select.select([handler.connection], [], [], PATIENCE_S)


def hang_up(handler: Handler) -> None:
    """End the connection without an answer."""
    handler.connection.close()


BOMB = gzip.compress(b"\0" * 50_000_000)
BAD = {
    "slow": (drip, "timeout", "within 0.8 seconds"),
    "silent": (sleep, "timeout", "within 0.8 seconds"),
    "short of what it says": (answers(200, BODY, length=len(BODY) + 50), "broken", "broke off"),
    "hangs up": (hang_up, "broken", "without an answer"),
    "gzip bomb": (answers(200, BOMB, Content_Encoding="gzip"), "size", "more than 1,000,000 bytes"),
    "huge": (answers(200, b"x" * 1_100_000), "size", "more than 1,000,000 bytes"),
    "no gzip": (answers(200, b"nothing of the kind", Content_Encoding="gzip"), "broken", "unreadable"),
    "to itself": (answers(302, Location="/bad"), "redirects", "more than 5 times"),
    "to a file": (answers(302, Location="file:///etc/passwd"), "address", "begins with https:// or http://"),
    "to a program": (answers(301, Location="javascript:alert(1)"), "address", "begins with https:// or http://"),
    "to a password": (answers(302, Location="http://a:b@example.org/"), "address", "a user name in it"),
    "to nowhere": (answers(302, Location="http://[::1/"), "address", "which is no address"),
}


@pytest.mark.parametrize(("route", "reason", "message"), BAD.values(), ids=BAD)
def test_a_bad_answer_is_one_line_that_says_why(site: Site, route: object, reason: str, message: str) -> None:
    """Whatever a host does, the wait ends in time and in one line."""
    site.routes["/bad"] = route  # type: ignore[assignment]
    manners = FetchPolicy("t", seconds=0.8, tries=2, backoff=0, pause=0, private=True, robots=False)
    begin = time.monotonic()
    with Fetcher(manners) as fetcher, pytest.raises(NotFetched, match=message) as caught:
        fetcher.get(f"{site.url}/bad", 1_000_000)

    assert (reason, True, 1) == (
        caught.value.reason,
        time.monotonic() - begin < PATIENCE_S / 2,
        len(str(caught.value).splitlines()),
    )


def test_the_content_of_a_redirect_is_not_read(site: Site, fetcher: Fetcher) -> None:
    """A redirect with an endless content is followed at once."""

    def endless(handler: Handler) -> None:
        handler.say(302, b"", length=10**12, Location="/page")
        sleep(handler)

    site.routes["/page"] = answers(200, BODY)
    site.routes["/endless"] = endless

    assert BODY == fetcher.get(f"{site.url}/endless", 10**6).content


@pytest.mark.parametrize("where", ["{0}/page", "http://localhost:{1}/page", "http://[::ffff:127.0.0.1]:{1}/page"])
def test_a_private_address_is_not_asked(site: Site, where: str) -> None:
    """Without leave, no request goes to this machine or its network, by number or by name."""
    site.routes["/page"] = answers(200, BODY)
    with (
        Fetcher(FetchPolicy("t", tries=1, pause=0)) as fetcher,
        pytest.raises(NotFetched, match="private address") as caught,
    ):
        fetcher.get(where.format(site.url, site.url.rpartition(":")[2]), 10**6)

    assert ("address", []) == (caught.value.reason, site.requests)


def test_a_name_that_leads_to_a_private_address_is_not_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts where a connection ends, not what the name looked like."""
    import socket

    port = int(site.url.rpartition(":")[2])
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: here)
    with Fetcher(FetchPolicy("t", tries=1, pause=0)) as fetcher, pytest.raises(NotFetched, match="private address"):
        fetcher.get(f"http://www.example.org:{port}/page", 10**6)

    assert [] == site.requests


ADDRESSES = {
    "8.8.8.8": True, "2001:4860:4860::8888": True, "127.0.0.1": False, "10.1.2.3": False, "169.254.169.254": False,
    "100.64.0.1": False, "0.0.0.0": False, "::1": False, "fe80::1%eth0": False, "fd00::1": False,
    "::ffff:10.0.0.1": False, "::ffff:8.8.8.8": True, "64:ff9b::7f00:1": False, "2002:7f00:1::": False, "224.0.0.1": False,
}  # fmt: skip


def test_which_addresses_are_public() -> None:
    """Loopback, private, link-local, shared, unspecified and multicast addresses are not, in any spelling."""
    assert ADDRESSES == {address: is_public(address) for address in ADDRESSES}


def altered(text: str, number: int) -> tuple[str, set[tuple[str, str]]]:
    """Return a copy of the page with some rows altered, as *number* says, and which rows those are."""
    lines = text.splitlines(keepends=True)
    rows = list(read_page(text.encode(), "page").rows)
    chosen = [row for i, row in enumerate(rows) if (i * 7 + number) % (5 + number) == 0]
    for row in chosen:
        line = lines[row.line - 1]
        lines[row.line - 1] = line.replace("|", f"| Neu {number} ", 1)
    return "".join(lines), {(row.state, row.kind) for row in chosen}


def test_exactly_the_altered_rows_are_found(reference: Path, documents: list[Document]) -> None:
    """Of twenty copies of the page, each with other rows altered, exactly these rows are told."""
    text = (reference / "source/efa-nachnutzung-in-den-laendern.txt").read_text(encoding="utf-8")
    known = recorded_rows(documents)

    for number in range(20):
        copy, expected = altered(text, number)
        found = list(row_changes(known, read_page(copy.encode(), "copy")))
        assert expected == {(row.state, row.kind) for row in found if row.change == "changed"}
        assert 64 - len(expected) == sum(row.change == "unchanged" for row in found)


def test_the_real_page_has_not_changed(reference: Path, documents: list[Document]) -> None:
    """The records were read from the page as it is at hand."""
    page = read_page_file(reference / "source/efa-nachnutzung-in-den-laendern.txt")

    assert {"unchanged"} == {row.change for row in row_changes(recorded_rows(documents), page)}


def test_new_gone_and_changed_rows_are_told_apart() -> None:
    """A state more, a state less and another number are three kinds of news, with the facts on both sides."""
    page = read_page(BODY, "page")
    text = BODY.decode()
    berlin = text[text.index('<h2 id="be">') : text.index("</main>")]
    other = text.replace("0351/564-0", "0351/564-1").replace(berlin, berlin.replace("Berlin", "Bremen"))
    found = list(row_changes(known_rows(page), read_page(other.encode(), "page")))

    assert {"changed": 1, "new": 4, "gone": 4, "unchanged": 7} == {
        c: sum(r.change == c for r in found) for c in CHANGES
    }
    [changed] = [row for row in found if row.change == "changed"]
    assert (["telephone: 0351/564-0 = +493515640"], ["telephone: 0351/564-1 = +493515641"]) == (
        changed.lost,
        changed.gained,
    )


def run(*arguments: object) -> Result:
    """Run ``efa-lod source watch`` with *arguments*."""
    return CliRunner().invoke(main, ["source", "watch", *map(str, arguments)], env={"LC_ALL": "C"})


def test_watch_remembers_only_what_is_accepted(site: Site, tmp_path: Path) -> None:
    """Nothing is written without --accept; with it, the next request asks only for news, and 304 means none."""
    copies = tmp_path / "copies"

    def page(handler: Handler) -> None:
        same = handler.headers["If-None-Match"] == '"v1"'
        handler.say(304) if same else handler.say(200, BODY, ETag='"v1"', Content_Type=HTML)

    site.routes["/page"] = page
    options = ("--copies", copies, "--allow-private", "--seconds", 5)
    first = run(f"{site.url}/page", *options)
    untouched = copies.exists()
    accepted = run(f"{site.url}/page", *options, "--accept")
    again = run(f"{site.url}/page", *options)
    site.routes["/page"] = answers(200, BODY.replace(b"564-0", b"564-9"), Content_Type=HTML)
    changed = run(f"{site.url}/page", *options, "--format", "json")

    assert (1, False, 1, 0, 1) == (first.exit_code, untouched, accepted.exit_code, again.exit_code, changed.exit_code)
    assert "not modified" in again.stdout
    news = [row for row in json.loads(changed.stdout)["rows"] if row["change"] != "unchanged"]
    assert [("Sachsen", "contact", "changed")] == [(row["state"], row["kind"], row["change"]) for row in news]


def test_watch_compares_files_side_by_side(tmp_path: Path) -> None:
    """With --against, two files are compared; old and new facts stand one below the other."""
    new = tmp_path / "new.html"
    new.write_bytes(BODY.replace(b"info@afm", b"post@afm"))
    result = run(new, "--against", SAMPLE)

    assert (0, 1) == (run(SAMPLE, "--against", SAMPLE).exit_code, result.exit_code)
    assert [
        "Sachsen, contact: changed (line 15)",
        "  - email: info@afm.example.org",
        "  + email: post@afm.example.org",
        f"{new}: 1 of 12 rows differ (compared with {SAMPLE})",
    ] == result.stdout.splitlines()
    assert (
        f"{SAMPLE}: nichts Neues (verglichen mit {SAMPLE})\n" == run(SAMPLE, "--against", SAMPLE, "--lang", "de").stdout
    )


@pytest.mark.parametrize(
    ("route", "message"),
    [
        (answers(404), "answered with status 404, expected 200 and the page"),
        (answers(200, b"<html><input type=password></html>"), "looks like a page that asks for a login"),
        (answers(200, b"\x89PNG....."), "looks like a picture"),
        (answers(200, BODY[:900]), "looks like half a page|half a page"),
    ],
)
def test_what_could_not_be_looked_at_is_exit_code_2(site: Site, tmp_path: Path, route: object, message: str) -> None:
    """An answer that is not the page is no news about the page, and nothing is accepted."""
    site.routes["/page"] = route  # type: ignore[assignment]
    result = run(f"{site.url}/page", "--allow-private", "--accept", "--copies", tmp_path / "copies", "--seconds", 3)

    assert (2, "", False) == (result.exit_code, result.stdout, (tmp_path / "copies").exists())
    assert message.partition("|")[0] in result.stderr or message.rpartition("|")[2] in result.stderr
