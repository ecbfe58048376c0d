"""Link checks: what answers, what does not, and since when; never dead after one try."""

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import program
from efa_lod.cli import main
from efa_lod.io.fetch_policy import FetchPolicy
from efa_lod.io.http import Fetcher
from efa_lod.io.reading import Document, Place
from efa_lod.model.context import Context
from efa_lod.monitor.link_checks import check_links, has_mail_host, outcome_of
from efa_lod.monitor.link_history import read_history, write_history
from efa_lod.monitor.link_verdicts import added, judged, nothing_reached
from efa_lod.monitor.links import Address, Observation, collected, is_due, is_reserved_host
from support.loopback import Answering, Handler, Site, answers, serving

DAY = date(2027, 1, 1)
QUICK = FetchPolicy("t", seconds=1, tries=1, backoff=0, pause=0, private=True)
PLACES = (Place("x.yaml", 1),)


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a server on this machine."""
    with serving() as running:
        yield running


def days(*outcomes: str) -> tuple[Observation, ...]:
    """Return observations of *outcomes*, one a day from ``DAY``."""
    return tuple(Observation(DAY + timedelta(days=i), outcome) for i, outcome in enumerate(outcomes))


def test_every_address_in_the_data_is_collected_once(documents: list[Document], context: Context) -> None:
    """Homepages, evidence, identifiers and mail domains are links; our own identifiers and codes are not."""
    found = {address.url: address for address in collected(documents, context)}

    assert {
        "https://itvsh.de/",
        "http://www.wikidata.org/entity/Q1194",
        "https://marktplatz.govdigital.de/faq-efa-marktplatz/",
        "mailto:*@itvsh.de",
    } <= set(found)
    assert [] == [url for url in found if context.base_iri in url or "#" in url]
    assert {"data/marketplaces.yaml"} == {place.path for place in found["https://marktplatz.govdigital.de/"].places}
    assert 2 <= len(found["https://marktplatz.govdigital.de/"].places)


def test_hosts_that_belong_to_nobody_are_not_asked() -> None:
    """Reserved names stand in samples; a host whose name only ends alike is none of them."""
    reserved = ["https://example.org/", "https://a.example.com/", "http://x.test/", "mailto:*@host.invalid"]

    assert [True] * 4 == [is_reserved_host(Address(url, PLACES)) for url in reserved]
    assert not is_reserved_host(Address("https://myexample.org/", PLACES))


def no_head(handler: Handler) -> None:
    """Know GET only, as some servers do."""
    handler.say(405 if handler.command == "HEAD" else 200, b"" if handler.command == "HEAD" else b"x")


ROUTES = {
    "/alive": (answers(200), "answers", "alive"),
    "/no-head": (no_head, "answers", "alive"),
    "/elsewhere": (answers(302, Location="/alive"), "answers", "alive"),
    "/moved": (answers(301, Location="/alive"), "answers", "moved"),
    "/moved-to-nothing": (answers(308, Location="/gone"), "gone", "failing"),
    "/gone": (answers(410), "gone", "failing"),
    "/missing": (answers(404), "gone", "failing"),
    "/closed": (answers(403), "forbidden", "forbidden"),
    "/login": (answers(401), "forbidden", "forbidden"),
    "/robots-only": (answers(200), "forbidden", "forbidden"),
    "/broken": (answers(500), "unreachable", "unreachable"),
    "/busy": (answers(429), "unreachable", "unreachable"),
    "/round": (answers(302, Location="/round"), "unreachable", "unreachable"),
}


def test_dead_moved_forbidden_and_unreachable_are_told_apart(site: Site) -> None:
    """Each kind of answer has its verdict, and a first failure is failing, not dead."""
    site.routes.update({path: route for path, (route, _, _) in ROUTES.items()})
    site.routes["/robots.txt"] = answers(200, b"User-agent: *\nDisallow: /robots-only\n")
    addresses = [Address(site.url + path, PLACES) for path in ROUTES]
    with Fetcher(QUICK) as fetcher:
        found = check_links(addresses, fetcher, DAY)
    history = added({}, found)

    expected = {path: (outcome, verdict) for path, (_, outcome, verdict) in ROUTES.items()}
    assert expected == {
        a.url.removeprefix(site.url): (found[a.url].outcome, judged(a, history).verdict) for a in addresses
    }
    assert f"{site.url}/alive" == found[f"{site.url}/moved"].target


def cut_head(handler: Handler) -> None:
    """Close the connection at HEAD, answer GET."""
    if handler.command == "HEAD":
        handler.connection.shutdown(socket.SHUT_RDWR)
    else:
        handler.say(200, b"x", Content_Type="text/html")


def hanging_head(handler: Handler) -> None:
    """Say nothing to HEAD for longer than anybody waits, answer GET."""
    if handler.command == "HEAD":
        threading.Event().wait(1.5)
    else:
        handler.say(200, b"x", Content_Type="text/html")


def page(title: str, body: str = "", status: int = 200) -> Answering:
    """Return a route that shows a page with this title."""
    html = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return answers(status, html.encode(), Content_Type="text/html; charset=utf-8")


PASSWORD = '<form><input name="p" type="password"></form>'
LANDINGS: dict[str, tuple[Answering, str, str]] = {
    "/head-cut": (cut_head, "alive", ""),
    "/head-hangs": (hanging_head, "alive", ""),
    "/soft": (page("Seite nicht gefunden – Ministerium"), "doubtful", ""),
    "/soft-en": (page("Error 404: Page not found"), "doubtful", ""),
    "/soft-heading": (page("Ministerium", "<h1>Diese Seite existiert nicht mehr</h1>"), "doubtful", ""),
    "/about-404": (page("Ministerium", "<h1>Start</h1><p>Fehler 404: Seite nicht gefunden, was nun?</p>"), "alive", ""),
    "/404-million": (page("404 Mio. Euro für Kommunen"), "alive", ""),
    "/start": (page("Ministerium", PASSWORD), "alive", ""),
    "/closed": (answers(302, Location="/door"), "forbidden", ""),
    "/door": (page("Portal", PASSWORD), "alive", ""),
    "/login-page": (page("Anmeldung", PASSWORD), "forbidden", ""),
    "/moved-start": (answers(301, Location="/start"), "moved", "/start"),
    "/refresh": (page("x", "<meta http-equiv='refresh' content='0; url=/soft'>"), "doubtful", ""),
    "/refresh-login": (page("x", '<META content="0;URL=/door" http-equiv="Refresh">'), "forbidden", ""),
    "/old66": (answers(301, Location="/new66"), "moved", "/new66"),
    "/new66": (answers(302, Location="/start;jsessionid=1"), "alive", ""),
    "/start;jsessionid=1": (page("Start"), "alive", ""),
    "/to-session": (answers(301, Location="/start;jsessionid=1"), "alive", ""),
    "/for-a-while": (answers(302, Location="/moved-start"), "forbidden", ""),
    "/wall": (answers(302, Location="/consent/ask"), "doubtful", ""),
    "/consent/ask": (page("Cookies"), "alive", ""),
    "/parked": (page("Diese Domain steht zum Verkauf"), "doubtful", ""),
    "/file": (answers(200, b"404 not found", Content_Type="text/csv"), "alive", ""),
    "/soft-second": (page("Ministerium", "<h2>Seite nicht gefunden</h2>"), "doubtful", ""),
    "/soft-removed": (page("Diese Seite wurde gelöscht"), "doubtful", ""),
    "/soft-apache": (page("Objekt nicht gefunden!"), "doubtful", ""),
    "/soft-find": (page("Leider konnten wir die gewünschte Seite nicht finden"), "doubtful", ""),
    "/soft-sorry": (page("Sorry, we couldn’t find that page"), "doubtful", ""),
    "/paragraph": (page("Paragraph 404 BGB"), "alive", ""),
    "/page-of": (page("Seite 404 von 500 der Dokumentation"), "alive", ""),
    "/lost-property": (page("Fundbüro – verloren und nicht gefunden"), "alive", ""),
    "/saml": (page("Bitte warten", '<form><input type="hidden" name="SAMLRequest" value="x"></form>'), "forbidden", ""),
    "/oauth": (answers(302, Location="/ask?client_id=1&response_type=code"), "forbidden", ""),
    "/ask?client_id=1&response_type=code": (page("Portal"), "alive", ""),
    "/scripted": (page("x", "<script>window.location.href = '/door';</script>"), "forbidden", ""),
    "/two-steps": (answers(301, Location="/kept"), "moved", "/kept"),
    "/kept": (answers(301, Location="/(S(a1b2))/start"), "alive", ""),
    "/(S(a1b2))/start": (page("Start"), "alive", ""),
    "/cookies": (answers(301, Location="/start?AspxAutoDetectCookieSupport=1"), "alive", ""),
    "/start?AspxAutoDetectCookieSupport=1": (page("Start"), "alive", ""),
}


def test_what_an_address_leads_to_counts_and_not_its_status_alone(site: Site) -> None:
    """A soft 404 and a login are not alive, a HEAD that fails is no failure, and a move ends where it is permanent."""
    other = f"http://localhost:{site.url.rpartition(':')[2]}/door"
    routes = {**LANDINGS, "/closed-elsewhere": (answers(302, Location=other), "forbidden", "")}
    site.routes.update({path: route for path, (route, _, _) in routes.items()})
    addresses = [Address(site.url + path, PLACES) for path in routes]
    with Fetcher(QUICK) as fetcher:
        found = check_links(addresses, fetcher, DAY)
    history = added({}, found)

    assert {path: (verdict, target) for path, (_, verdict, target) in routes.items()} == {
        address.url.removeprefix(site.url): (
            judged(address, history).verdict,
            found[address.url].target.removeprefix(site.url),
        )
        for address in addresses
    }


def test_a_host_is_asked_one_address_at_a_time_and_several_hosts_at_once(site: Site) -> None:
    """While one request to a host is open, no other is; hosts do not wait for each other."""
    open_now: list[int] = [0]
    most: list[int] = [0]
    lock = threading.Lock()

    def slow(handler: Handler) -> None:
        with lock:
            open_now[0] += 1
            most[0] = max(most[0], open_now[0])
        threading.Event().wait(0.05)
        with lock:
            open_now[0] -= 1
        handler.say(200)

    site.routes.update({f"/{i}": slow for i in range(6)})
    port = site.url.rpartition(":")[2]
    one_host = [Address(f"{site.url}/{i}", PLACES) for i in range(3)]
    two_hosts = [Address(f"http://{host}:{port}/{i}", PLACES) for host in ("127.0.0.1", "127.0.0.2") for i in range(3)]
    with Fetcher(QUICK) as fetcher:
        check_links(one_host, fetcher, DAY)
        alone = most[0]
        check_links(two_hosts, fetcher, DAY)

    assert (1, True) == (alone, most[0] <= 2)


def test_a_host_without_an_address_fails_and_a_closed_port_is_unreachable() -> None:
    """A name that does not exist counts towards dead; a connection that is refused may be so from here only."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    addresses = [Address(f"http://127.0.0.1:{port}/", PLACES)]
    with Fetcher(QUICK) as fetcher:
        found = check_links(addresses, fetcher, DAY)

    assert ["unreachable"] == [one.outcome for one in found.values()]
    assert nothing_reached(found)


def test_a_certificate_that_is_not_valid_makes_a_link_unreachable(tmp_path: Path) -> None:
    """A certificate that nobody vouches for is told as such and is no reason to call a link dead."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [
        program("openssl"),
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    ]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        context.wrap_socket(connection, server_side=True).close()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
        with Fetcher(FetchPolicy("t", seconds=5, tries=1, pause=0, private=True, robots=False)) as fetcher:
            found = check_links([Address(url, PLACES)], fetcher, DAY)

    assert ("unreachable", True) == (found[url].outcome, "certificate" in found[url].detail)


def test_mail_domains_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A domain with a mail host answers, one without fails, and what cannot be told is unreachable."""
    known = {"a.de": True, "b.de": False, "c.de": None}
    addresses = [Address(f"mailto:*@{domain}", PLACES) for domain in known]
    with Fetcher(QUICK) as fetcher:
        found = check_links(addresses, fetcher, DAY, resolve=known.get)

    assert ["answers", "no-host", "unreachable"] == [found[address.url].outcome for address in addresses]

    def no_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    assert has_mail_host("nowhere.invalid") in (None, False)


STATUSES = {200: "answers", 304: "answers", 400: "forbidden", 401: "forbidden", 403: "forbidden", 404: "gone", 410: "gone",
            408: "unreachable", 429: "unreachable", 451: "forbidden", 500: "unreachable", 503: "unreachable"}  # fmt: skip


def test_what_a_status_says() -> None:
    """Only 404 and 410 say that a page is gone."""
    assert STATUSES == {status: outcome_of(status) for status in STATUSES}


VERDICTS = [
    (("gone",), "failing", DAY),
    (("gone", "gone"), "failing", DAY),
    (("gone", "gone", "gone"), "dead", DAY),
    (("answers", "gone", "gone", "gone"), "dead", DAY + timedelta(days=1)),
    (("gone", "unreachable", "gone", "no-host"), "dead", DAY),
    (("gone", "gone", "answers", "gone"), "failing", DAY + timedelta(days=3)),
    (("gone", "gone", "gone", "answers"), "alive", None),
    (("unreachable",) * 9, "unreachable", DAY),
    (("gone", "gone", "gone", "forbidden"), "forbidden", None),
]


@pytest.mark.parametrize(
    ("outcomes", "verdict", "since"), VERDICTS, ids=lambda v: "-".join(v) if isinstance(v, tuple) else ""
)
def test_a_link_is_dead_after_three_failures_on_different_days(
    outcomes: tuple[str, ...], verdict: str, since: date | None
) -> None:
    """Failures count from the last answer on; what could not be reached in between counts neither way."""
    address = Address("https://a.de/", PLACES)
    judgement = judged(address, {address.url: days(*outcomes)})

    assert (verdict, since) == (judgement.verdict, judgement.since)


def test_three_tries_on_one_day_are_one() -> None:
    """A day counts once, with what was seen last."""
    history: dict[str, tuple[Observation, ...]] = {}
    for _ in range(5):
        history = added(history, {"https://a.de/": Observation(DAY, "gone", 404)})

    assert ("failing", 1) == (judged(Address("https://a.de/", PLACES), history).verdict, len(history["https://a.de/"]))


def test_a_long_history_stays_small_and_keeps_its_first_day() -> None:
    """Of a long row of equal observations the ends are kept, so that "dead since" stays true."""
    history: dict[str, tuple[Observation, ...]] = {}
    for i in range(400):
        history = added(history, {"https://a.de/": Observation(DAY + timedelta(days=i), "gone", 404)})
    judgement = judged(Address("https://a.de/", PLACES), history)

    assert ("dead", DAY, True) == (judgement.verdict, judgement.since, len(history["https://a.de/"]) <= 4)


def test_history_is_dqv_and_reads_back_as_written(tmp_path: Path) -> None:
    """Each observation is a dqv:QualityMeasurement on the link; the same history gives the same bytes."""
    history = {
        "https://a.de/?x=1": (Observation(DAY, "answers", 200, "https://b.de/", 0.123, "2027-05-01"),),
        "mailto:*@a.de": (
            Observation(DAY, "no-host", detail='no "MX"'),
            Observation(DAY + timedelta(days=1), "answers"),
        ),
    }
    file = tmp_path / "folder/links.nt"
    write_history(file, history)
    first = file.read_bytes()
    write_history(file, read_history(file))

    assert (history, first) == (read_history(file), file.read_bytes())
    assert 3 == first.count(b"<http://www.w3.org/ns/dqv#QualityMeasurement>")
    assert b"_:" not in first


def test_a_history_that_is_broken_or_missing_is_none(tmp_path: Path) -> None:
    """What cannot be read is begun anew."""
    (tmp_path / "broken.nt").write_text("<a> <b", encoding="utf-8")

    assert ({}, {}) == (read_history(tmp_path / "broken.nt"), read_history(tmp_path / "missing.nt"))


def test_what_answered_lately_is_not_asked_again() -> None:
    """An answer is good for some days; a failure is looked at again the next day."""
    address = Address("https://a.de/", PLACES)
    history = {"https://a.de/": days("answers")}
    failing = {"https://a.de/": days("gone")}

    assert [False, False, True] == [is_due(address, history, DAY + timedelta(days=n), 7) for n in (0, 6, 7)]
    assert [False, True] == [is_due(address, failing, DAY + timedelta(days=n), 7) for n in (0, 1)]
    assert is_due(address, {}, DAY, 7)


def run(*arguments: object) -> Result:
    """Run ``efa-lod links check`` with *arguments*."""
    return CliRunner().invoke(main, ["links", "check", *map(str, arguments)], env={"LC_ALL": "C"})


def test_offline_shows_what_would_be_asked(copy: Path, tmp_path: Path) -> None:
    """--offline asks nobody, writes nothing and lists every link."""
    result = run("--offline", "--publication", copy, "--history", tmp_path / "h.nt")

    assert (0, False) == (result.exit_code, (tmp_path / "h.nt").exists())
    assert "ask   https://itvsh.de/" in result.stdout.splitlines()
    assert "would be asked." in result.stdout.splitlines()[-1]


def only(copy: Path, site: Site, path: str) -> None:
    """Make the copy of the publication a small one, with one organisation whose homepage is on *site*."""
    (copy / "data/organisations.yaml").write_text(
        '"@context": ../ontology/context.jsonld\nid: organisation/a\ntype: Organization\n'
        f"name: {{de: A}}\nhomepage: {site.url}{path}\nsameAs: {site.url}/alive\n",
        encoding="utf-8",
    )
    (copy / "data/marketplaces.yaml").write_text("", encoding="utf-8")
    for file in [*(copy / "data/states").glob("*"), *(copy / "data/sources").glob("*")]:
        file.unlink()


def test_a_dead_link_is_told_since_when(copy: Path, site: Site, tmp_path: Path) -> None:
    """Exit code 0 while a link fails, 1 once it is dead, with the day since which and the place in the data."""
    site.routes["/alive"] = answers(200)
    only(copy, site, "/missing")
    options = ("--publication", copy, "--history", tmp_path / "h.nt", "--allow-private", "--pause", 0, "--seconds", 3)
    codes = [run(*options, "--today", f"2027-01-0{day}").exit_code for day in (1, 2, 3)]
    last = run(*options, "--today", "2027-01-04", "--format", "json")
    asked = len(site.asked("/alive"))

    assert ([0, 0, 1], 1) == (codes, last.exit_code)
    [dead] = [one for one in json.loads(last.stdout) if one["verdict"] == "dead"]
    assert ("2027-01-01", 404, ["data/organisations.yaml:5"]) == (dead["since"], dead["status"], dead["places"])
    assert 1 == asked


def test_a_machine_without_a_way_out_learns_nothing(copy: Path, site: Site, tmp_path: Path) -> None:
    """When nothing at all can be reached, the fault is here: exit code 2, and no failure is remembered."""
    only(copy, site, "/missing")
    result = run("--publication", copy, "--history", tmp_path / "h.nt", "--pause", 0, "--seconds", 1)

    assert (2, False) == (result.exit_code, (tmp_path / "h.nt").exists())
    assert "is this machine on the internet?" in result.stderr
