"""Our server tells of releases: what was withdrawn and why, what was stated when, and how releases hang together."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
import rdflib
import requests
from click.testing import Result
from requests.utils import parse_header_links

from conftest import program
from support.hosting import apache, caddy, deployed, nginx, serve

Cli = Callable[..., Result]
BASE = "https://w3id.org/efa-lod/"
OLD, NEW = "organisation/landkreistag-bw", "organisation/landkreistag"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with two releases, of which the second withdrew an organisation, signed with a key."""
    import shutil

    from click.testing import CliRunner

    from efa_lod.cli import main
    from efa_lod.model.publication import packaged_folder

    folder = tmp_path_factory.mktemp("served")
    for part in ("data", "ontology", "shapes"):
        shutil.copytree(packaged_folder() / part, folder / "publication" / part)
    subprocess.run([program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", folder / "key"], check=True)

    def run(*arguments: object) -> None:
        made = CliRunner().invoke(main, [*map(str, arguments), "--publication", str(folder / "publication")])
        assert 0 == made.exit_code, made.output

    run("release", "--write", "--date", "2026-12-01")
    run("build", "-o", folder / "site", "--sign", folder / "key")
    for path in (folder / "publication/data").rglob("*.yaml"):
        text = path.read_text("utf-8")
        if OLD in text:
            path.write_text(text.replace(OLD, NEW), "utf-8")
    why = ("--reason", f"{OLD}=umbenannt & neu@de", "--reason", f"{OLD}=renamed@en")
    run("release", "--write", "--date", "2026-12-24", "--replaced", f"{OLD}={NEW}", *why, "--previous", folder / "site")
    run("build", "-o", folder / "site", "--sign", folder / "key")
    return folder / "site"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Return the address at which our server offers the site."""
    with deployed(site) as folder, serve(folder) as server:
        yield server.address.rstrip("/") + "/"


@pytest.fixture(scope="module", params=[serve, apache, nginx, caddy], ids=lambda one: one.__name__)
def any_server(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """Return the address at which one of the servers offers the site."""
    with deployed(site) as folder, request.param(folder) as server:
        yield server.address.rstrip("/") + "/"


@pytest.mark.parametrize("path", [OLD, f"{OLD}.html", f"{OLD}.ttl"])
def test_what_is_withdrawn_says_why(any_server: str, path: str) -> None:
    """410 comes with a page and RDF that say when a thing went, why, and what replaces it, from every server."""
    address = any_server
    page = requests.get(address + path, headers={"Accept": "text/html", "Accept-Language": "de"}, timeout=60)
    english = requests.get(address + path, headers={"Accept": "text/html", "Accept-Language": "en"}, timeout=60)
    turtle = requests.get(address + path, headers={"Accept": "text/turtle"}, timeout=60)
    graph = rdflib.Graph().parse(data=turtle.text, format="turtle")

    assert [410, 410, 410] == [page.status_code, english.status_code, turtle.status_code]
    assert "mit Ausgabe 2.0.0 am 2026-12-24 zurückgezogen" in page.text
    assert "umbenannt &amp; neu" in page.text
    assert f'href="{BASE}{NEW}"' in page.text
    assert "withdrawn with release 2.0.0 on 2026-12-24" in english.text
    assert rdflib.URIRef(BASE + NEW) == graph.value(rdflib.URIRef(BASE + OLD), rdflib.DCTERMS.isReplacedBy)


@pytest.mark.parametrize(
    ("when", "path", "expected"),
    [
        ("Tue, 08 Dec 2026 12:00:00 GMT", "state/sh", "release/1.0.0/state/sh.ttl"),
        ("Thu, 24 Dec 2026 00:00:00 GMT", "state/sh", "release/2.0.0/state/sh.ttl"),
        ("Sat, 01 Jan 2000 00:00:00 GMT", "state/sh.html", "release/1.0.0/state/sh.ttl"),
        ("Sat, 01 Jan 2050 00:00:00 GMT", "efa-lod.ttl", "release/2.0.0/efa-lod.ttl"),
        ("Tue, 08 Dec 2026 12:00:00 GMT", "dataset", "release/1.0.0.html"),
    ],
)
def test_a_client_gets_what_was_stated_then(address: str, when: str, path: str, expected: str) -> None:
    """Accept-Datetime leads to the release of that time (RFC 7089), which says its moment and what it is of."""
    found = requests.get(address + path, headers={"Accept-Datetime": when}, allow_redirects=False, timeout=60)
    memento = requests.get(address + path, headers={"Accept-Datetime": when}, timeout=60)

    assert (302, "accept-datetime") == (found.status_code, found.headers["Vary"].partition(",")[0].lower())
    assert address + expected == memento.url
    assert 'rel="timemap"' in found.headers["Link"]
    if "/release/1.0.0/" in memento.url:
        assert "Tue, 01 Dec 2026 00:00:00 GMT" == memento.headers["Memento-Datetime"]


@pytest.mark.parametrize(
    ("path", "original"),
    [
        ("release/{}/efa-lod.nt", "efa-lod.nt"),
        ("release/{}/state/sh.ttl", "state/sh"),
        ("release/{}/notes.de.html", "dataset"),
        ("release/{}.html", "dataset"),
        ("en/release/{}.html", "dataset"),
    ],
)
def test_what_is_frozen_says_of_which_time_it_is(any_server: str, path: str, original: str) -> None:
    """Documents of a release carry Memento-Datetime, their original and the time map, from every server (RFC 7089)."""
    is_own = not requests.head(any_server, timeout=60).headers.get("server")
    for version, date in (("1.0.0", "Tue, 01 Dec 2026"), ("2.0.0", "Thu, 24 Dec 2026")):
        found = requests.get(any_server + path.format(version), timeout=60)
        links = {link.get("rel", ""): link["url"] for link in parse_header_links(found.headers["Link"])}
        relations = {relation: url for rel, url in links.items() for relation in rel.split()}

        assert (200, f"{date} 00:00:00 GMT") == (found.status_code, found.headers["Memento-Datetime"])
        assert BASE + original == relations["original"]
        assert any_server + "timemap.link" == urljoin(found.url, relations["timemap"])
        assert is_own == ("timegate" in relations)
    for today in ("efa-lod.nt", "state/sh.ttl", "releases.html", "index.html", "release/7.0.0/efa-lod.nt"):
        assert "Memento-Datetime" not in requests.get(any_server + today, timeout=60).headers


def test_a_time_that_is_none_is_refused(address: str) -> None:
    """A broken Accept-Datetime is a bad request (RFC 7089, 4.5.3)."""
    assert 400 == requests.get(address + "state/sh", headers={"Accept-Datetime": "yesterday"}, timeout=60).status_code


def test_releases_hang_together_by_links(address: str) -> None:
    """Pages of releases carry signposts: to those before and after, the latest, their files, and how to cite them."""
    first = requests.get(address + "release/1.0.0.html", timeout=60).headers["Link"]
    last = requests.get(address + "release/2.0.0.html", timeout=60).headers["Link"]

    assert f'<{BASE}release/2.0.0>; rel="successor-version"' in first
    assert f'<{BASE}release/1.0.0>; rel="predecessor-version"' in last
    assert f'<{BASE}release/2.0.0>; rel="latest-version"' in first
    assert f'<{BASE}release/1.0.0>; rel="cite-as"' in first
    assert 'rel="describedby alternate"' in first
    assert 'release/1.0.0/efa-lod.nt>; rel="item"; type="application/n-triples"' in first
    assert requests.get(address + "release/1.0.0", timeout=60).url.endswith("release/1.0.0.html")
    turtle = requests.get(address + "release/1.0.0", headers={"Accept": "text/turtle"}, timeout=60)
    assert turtle.url.endswith("releases.ttl")


CHECKS = ("frozen", "signposts", "feeds", "time-map", "memento")


def looked_at(address: str) -> dict[str, tuple[int, int]]:
    """Return how often a check of the site at *address* looked at releases, and how often something was wrong."""
    from efa_lod.monitor.session import Bounds
    from efa_lod.monitor.site_check import check_site

    made = check_site(address, None, Bounds(kind=2, seconds=10), "", lambda name: None)
    return {one.name: (one.looks, len(one.findings)) for one in made.checks if one.name in CHECKS}


def test_the_check_of_a_site_looks_at_releases(address: str) -> None:
    """Frozen folders, signposts, feeds and the time map of a site behind our server pass."""
    found = looked_at(address)

    assert {*CHECKS} == {name for name, (looks, wrong) in found.items() if looks and not wrong}, found


def test_the_check_of_a_site_finds_broken_releases(site: Path, tmp_path: Path) -> None:
    """Changed digests, headers that are not sent, a broken feed and a time map that lacks a release are found."""
    import shutil
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    shutil.copytree(site, tmp_path / "site")
    sums = tmp_path / "site/release/1.0.0/SHA256SUMS"
    sums.write_text("0" * 64 + sums.read_text()[64:])
    (tmp_path / "site/changes.de.atom").write_text("<feed")
    time_map = tmp_path / "site/timemap.link"
    time_map.write_text(time_map.read_text().replace("release/2.0.0", "release/2.0.9"))
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "site"))
    ) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        found = looked_at(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()

    assert {*CHECKS} == {name for name, (_, wrong) in found.items() if wrong}, found


def test_a_rehearsal_compares_with_a_release(cli: Cli, site: Path, address: str) -> None:
    """What was harvested before may be a frozen release, named by its folder or its address."""
    for against in (site / "release/1.0.0", f"{address}release/1.0.0", f"{address}release/1.0.0/"):
        found = cli("rehearse", site / "catalog.ttl", "--against", against)
        assert 2 != found.exit_code, found.stderr
    missing = cli("rehearse", site / "catalog.ttl", "--against", f"{address}release/7.0.0")

    assert 2 == missing.exit_code


def test_digests_are_signed(site: Path, tmp_path: Path) -> None:
    """The list of digests, of the site and of each release, is signed, and OpenSSH verifies it."""
    key = (site.parent / "key.pub").read_text().split(" ")[:2]
    (tmp_path / "signers").write_text(f'us@example.org namespaces="file" {" ".join(key)}\n')
    for folder in (site, site / "release/1.0.0", site / "release/2.0.0"):
        command = [*("ssh-keygen", "-Y", "verify", "-n", "file", "-I", "us@example.org")]
        command += ["-f", str(tmp_path / "signers"), "-s", str(folder / "SHA256SUMS.sig")]
        subprocess.run(command, input=(folder / "SHA256SUMS").read_bytes(), check=True, capture_output=True)


def test_a_key_that_is_none_is_one_line(cli: Cli, tmp_path: Path) -> None:
    """A build with a key that cannot sign writes nothing."""
    (tmp_path / "key").write_text("rubbish")
    found = [cli("build", "-o", tmp_path / "dist", "--sign", tmp_path / name) for name in ("key", "none")]

    assert [2, 2] == [one.exit_code for one in found]
    assert "cannot sign" in found[0].stderr
    assert "expected a private key of SSH" in found[1].stderr
    assert not (tmp_path / "dist").exists()


def test_a_query_asks_what_was_stated(cli: Cli, site: Path) -> None:
    """--release and --on ask an earlier state; what is no release is refused with those there are."""
    ask = ("query", f"ASK {{ <{BASE}{OLD}> ?p ?o }}", "--format", "json", "--publication", site.parent / "publication")
    answers = [
        cli(*ask, *when).stdout for when in ((), ("--release", "1.0.0"), ("--on", "2026-12-23"), ("--on", "2026-12-24"))
    ]
    unknown = cli(*ask, "--release", "9.9.9")

    assert ["false", "true", "true", "false"] == [answer.partition('"boolean":')[2].strip(" }\n") for answer in answers]
    assert 2 == unknown.exit_code
    assert "expected one of the releases 1.0.0 of 2026-12-01, 2.0.0 of 2026-12-24" in unknown.stderr
