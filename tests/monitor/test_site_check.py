"""The check of a deployed site: it passes where all is well, and names exactly what is not."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from catalogs.servers import silent
from conftest import Cli
from efa_lod.cli.check_site import SERVER_KINDS as OFFERED
from efa_lod.cli.check_site import SITE_REPORT_FORMATS
from efa_lod.errors import BrokenInput
from efa_lod.monitor.inventory import read_inventory, sample
from efa_lod.monitor.page_contents import read_contents
from efa_lod.monitor.remedies import CHECKS, SERVERS
from efa_lod.monitor.reports import SITE_REPORTS
from efa_lod.monitor.site_check import check_site, root_of
from support.faulty_sites import (
    BASE,
    FEW,
    NEVER_SEEN,
    TURTLE,
    Files,
    Reply,
    Tamper,
    at,
    ends,
    failed,
    listed,
    only,
    serving,
    small_site,
    written,
)


@pytest.fixture(scope="module")
def site() -> Files:
    """Return the files of a small site."""
    return listed(small_site())


def test_a_site_that_behaves_passes_every_check(site: Files) -> None:
    """Nothing is found, every check was put to the site, and it was told who asks."""
    with serving(site) as (url, asked):
        made = check_site(url, bounds=FEW)

    assert ({}, True) == (failed(made), made.passes)
    assert NEVER_SEEN == {checked.name for checked in made.checks if not checked.looks}
    assert [*CHECKS] == [checked.name for checked in made.checks]
    assert made.requests == len(asked)
    assert {True} == {"efa-lod/" in one.headers["user-agent"] for one in asked}
    assert {"GET", "HEAD"} == {one.method for one in asked}


def test_two_checks_ask_the_same(site: Files) -> None:
    """What is sampled does not depend on chance, and so do not the reports."""
    told = []
    with serving(site) as (url, asked):
        for _ in range(2):
            made = check_site(url, bounds=FEW)
            told.append(([SITE_REPORTS[name](made, "de") for name in SITE_REPORTS], sorted(map(str, asked))))
            asked.clear()

    assert told[0] == told[1]


def test_a_folder_says_what_to_expect(site: Files, tmp_path: Path) -> None:
    """With --dist the lists of the site are compared too; they cannot list themselves."""
    older = {**site, "build.json": ("application/json", site["build.json"][1].replace(b"1.0.0", b"0.9.0"))}
    folder = written(site, tmp_path)
    with serving(site) as (url, _):
        same = check_site(url, folder, FEW)
    with serving(older) as (url, _):
        other = check_site(url, folder, FEW)

    assert {} == failed(same)
    assert {"content": {f"{url}build.json"}} == {
        name: {one.url for one in found} for name, found in failed(other).items()
    }


def test_a_site_that_cannot_be_reached_ends_with_2(cli: Cli) -> None:
    """No connection, no answer and no site: one line, and exit code 2."""
    with silent() as nobody:
        found = [cli("check-site", url, "--seconds", 0.3) for url in ("http://127.0.0.1:1/", nobody, "ftp://x/", "x")]

    assert [(2, "", 1)] * 4 == [(one.exit_code, one.stdout, one.stderr.count("\n")) for one in found]
    assert "no connection to 127.0.0.1:1" in found[0].stderr
    assert "no complete answer within 0.3 seconds" in found[1].stderr
    assert "expected the address of a site that begins with https:// or http://" in found[2].stderr


NO_SITE: Mapping[str, tuple[Tamper, str]] = {
    "another site": (only(at("build.json"), lambda reply: Reply(404)), "expected 200 and the list of files that efa-lod build writes, found 404 – upload all of dist/, or name it with --dist"),
    "moved": (only(at(""), lambda reply: Reply(301, {"Location": "https://new.example/"})), "redirects to https://new.example/ – check the site at that address"),
    "a list that is none": (only(at("build.json"), lambda reply: Reply(200, {}, b"[]")), "expected the list of files that efa-lod build writes, found none"),
    "deep": (only(at("build.json"), lambda reply: Reply(200, {}, b"[" * 200_000)), "expected the list of files that efa-lod build writes, found none"),
    "no base": (only(at("build.json"), lambda reply: Reply(200, {}, b'{"baseIri": "x", "version": "1", "files": []}')), "baseIri: expected an address that ends in a slash, found 'x'"),
    "a command": (only(at("build.json"), lambda reply: Reply(200, {}, json.dumps({"baseIri": BASE, "version": "1", "files": [{"path": "a;$(reboot).ttl", "mediaType": TURTLE, "bytes": 1, "sha256": ""}]}).encode())), "expected files below the folder of the site, found 'a;$(reboot).ttl'"),
    "a way out": (only(at("build.json"), lambda reply: Reply(200, {}, json.dumps({"baseIri": BASE, "version": "1", "files": [{"path": "../etc/passwd", "mediaType": "", "bytes": 1, "sha256": ""}]}).encode())), "expected files below the folder of the site, found '../etc/passwd'"),
}  # fmt: skip


@pytest.mark.parametrize(("tamper", "message"), NO_SITE.values(), ids=NO_SITE)
def test_what_is_no_site_of_ours_ends_with_2(tamper: Tamper, message: str, site: Files, cli: Cli) -> None:
    """A site that nothing can be expected of is told in one line."""
    with serving(site, tamper) as (url, _):
        found = cli("check-site", url)

    assert (2, "", 1) == (found.exit_code, found.stdout, found.stderr.count("\n"))
    assert message in found.stderr


def test_a_redirect_into_the_network_is_not_followed(site: Files) -> None:
    """The host that was named may be on this machine; what a link there leads to may not."""
    with serving(site) as (inside, asked):
        target = inside.replace("127.0.0.1", "127.0.0.2")
        lead = only(at("state/by"), lambda r: r.having(Location=f"{target}state/by.html") if r.status == 303 else r)
        with serving(site, lead) as (url, _):
            made = check_site(url, bounds=FEW)

    assert [] == asked
    assert {"dereference", "links"} == {*failed(made)}
    assert "private address, which you have not named" in failed(made)["links"][0].found["en"]


def test_bounds_end_a_check_that_is_then_not_whole(site: Files, cli: Cli) -> None:
    """Requests, bytes and time are limited; what is cut off never passes, and says how to go on."""
    with serving(site) as (url, asked):
        few = check_site(url, bounds=replace(FEW, requests=20))
        many = len(asked)
        little = check_site(url, bounds=replace(FEW, bytes=10_000))
        told = cli("check-site", url, "--requests", 30)
        none = [cli("check-site", url, *option) for option in (("--requests", 1), ("--minutes", 1e-9))]

    assert [2, 2] == [one.exit_code for one in none]
    assert [20, 20] == [few.requests, many]
    assert [["complete"]] * 2 == [[*failed(few)], [*failed(little)]]
    assert 1 == told.exit_code
    assert "found:    the end after 30 requests" in told.stdout


def test_a_site_that_sends_without_end_costs_no_more_than_was_listed(site: Files) -> None:
    """A file that is far larger than listed is given up."""
    endless = only(at("state/sh.ttl"), lambda reply: replace(reply, body=b"#" * 3_000_000) if reply.body else reply)
    with serving(site, endless) as (url, _):
        made = check_site(url, bounds=FEW)

    assert "far more than expected" in failed(made)["content"][0].found["en"]


def test_what_a_site_says_cannot_steer_a_terminal(site: Files, cli: Cli) -> None:
    """Control characters in headers and lists are shown as blanks."""
    evil = only(ends(""), lambda reply: reply.having(Server="\x1b[31mx", Content_Type="text/\x1b]0;x\x07"))
    with serving(site, evil) as (url, _):
        found = [cli("check-site", url, "--format", name).stdout for name in SITE_REPORT_FORMATS]

    assert [] == [text for text in found if "\x1b" in text or "\x07" in text]
    assert "failure" in {child.tag for case in ElementTree.fromstring(found[2]) for child in case}


def test_the_address_of_a_site_is_taken_as_people_write_it() -> None:
    """With and without slash, or with its start page; what is no address is refused."""
    assert {"https://a.example/efa/"} == {
        root_of(f"https://a.example/efa{end}") for end in ("", "/", "/index.html", "/build.json")
    }
    for url in ("a.example", "https://", "http://[::1", "https://a.example/?x", "file:///x", "https://a:x/"):
        with pytest.raises(BrokenInput):
            root_of(url)


def test_a_sample_is_spread_evenly_over_each_kind() -> None:
    """Files at the root are of a kind of their own; first and last of a folder are among the sample."""
    states = [f"state/{number:02}.ttl" for number in range(100)]
    chosen = sample([*states, "a.ttl", "b.ttl", "en/a.html", "en/b.html"], 3)

    assert ["state/00.ttl", "state/50.ttl", "state/99.ttl", "a.ttl", "b.ttl", "en/a.html", "en/b.html"] == chosen
    assert states[:1] == sample(states, 1)
    assert states == sample(states, 100)


def test_a_page_is_read_for_what_it_leads_to_and_loads() -> None:
    """Links and resources are told apart, in whatever way they are written."""
    read = read_contents(
        b"<a HREF=' x '>1</a><a name=n id=i><img src=y><link rel=icon href=z><link rel=next href=w><form action=q>"
        b"<script src=s></script><svg><use href='#u'/></svg><a href=>"
    )

    assert (["x", "w", "q"], ["y", "z", "s", "#u"], {"n", "i"}) == (read.links, read.resources, read.names)


def test_options_on_offer_are_those_of_the_tables() -> None:
    """The command line names formats and servers without importing them."""
    assert (SITE_REPORT_FORMATS, OFFERED) == (tuple(SITE_REPORTS), tuple(SERVERS))


def test_the_inventory_is_read_as_a_build_writes_it(dist: Path) -> None:
    """A real build has files and things that can be asked for."""
    inventory = read_inventory((dist / "build.json").read_bytes(), "build.json")

    assert inventory.has("catalog.ttl")
    assert {"ontology", "catalog"} <= {*inventory.things}
