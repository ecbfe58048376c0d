"""The report of the check says what to change, in both languages, and what it says heals real servers."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import Cli
from efa_lod.monitor.remedies import CHECKS, SERVERS, kind_of_server
from efa_lod.monitor.reports import SITE_REPORTS
from efa_lod.monitor.site_check import SiteCheck, check_site
from support import hosting
from support.faulty_sites import (
    FEW,
    NEVER_SEEN,
    TURTLE,
    Files,
    ends,
    failed,
    having,
    listed,
    only,
    serving,
    small_site,
    written,
)
from support.hosting import deployed


@pytest.fixture(scope="module")
def site() -> Files:
    """Return the files of a small site."""
    return listed(small_site())


def test_the_kind_of_server_is_told_by_its_name() -> None:
    """What is not known is advised on all kinds."""
    names = {"Apache/2.4.62 (Debian)": "apache", "nginx": "nginx", "Caddy": "caddy", "AmazonS3": "object-storage", "SimpleHTTP": ""}  # fmt: skip

    assert names == {name: kind_of_server(name) for name in names}


def test_everything_is_said_in_both_languages() -> None:
    """Titles, remedies and lines that are sentences exist in German and English."""
    texts = [text for check in CHECKS.values() for text in (check.title, check.remedy)]
    texts += [lines for check in CHECKS.values() for lines in check.lines.values() if isinstance(lines, Mapping)]

    assert [{"de", "en"}] * len(texts) == [{*text} for text in texts]
    assert {*SERVERS} >= {server for check in CHECKS.values() for server in check.lines}


def test_reports_say_where_what_and_what_to_change(site: Files, cli: Cli) -> None:
    """People are told in German or English, programs in JSON and JUnit; the exit code is 1."""
    plain = only(ends("state/sh.ttl"), lambda reply: having(Content_Type="text/plain")(reply).having(Server="nginx"))
    with serving(site, lambda asked, reply: plain(asked, reply.having(Server="nginx/1.24"))) as (url, _):
        german, english = (cli("check-site", url, "--lang", language) for language in ("de", "en"))
        data = json.loads(cli("check-site", url, "--format", "json").stdout)
        suite = ElementTree.fromstring(cli("check-site", url, "--format", "junit").stdout)

    assert (1, 1) == (german.exit_code, english.exit_code)
    told = f"""\
media-type: Every file comes with its exact media type.
  expected: text/turtle
  found:    text/plain
      {url}state/sh.ttl
"""
    assert told in english.stdout
    assert (
        "    nginx:\n      # http { }\n      include mime.types;\n      types {\n          text/turtle ttl;\n      }\n"
        in english.stdout
    )
    assert "Apache:" not in english.stdout
    assert "  erwartet: text/turtle\n  gefunden: text/plain\n" in german.stdout
    assert german.stdout.endswith("1 von 22 Prüfungen nicht bestanden.\n")
    [wrong] = [check for check in data["checks"] if check["passes"] is False]
    assert (url, False, "media-type") == (data["url"], data["passes"], wrong["name"])
    assert [{"url": f"{url}state/sh.ttl", "expected": {"de": TURTLE, "en": TURTLE}, "found": {"de": "text/plain", "en": "text/plain"}}] == wrong["findings"]  # fmt: skip
    assert ("1", str(len(NEVER_SEEN)), str(len(CHECKS))) == (
        suite.get("failures"),
        suite.get("skipped"),
        suite.get("tests"),
    )


def test_a_server_without_rules_is_told_all_that_it_lacks(dist: Path, tmp_path: Path, cli: Cli) -> None:
    """Python's own server sends a folder as it is: it lacks types, 303, 406, compression, CORS and ETag."""
    command = [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(dist)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1, env={"PYTHONUNBUFFERED": "1"}) as server:  # fmt: skip
        try:
            assert server.stdout
            url = server.stdout.readline().rpartition("(")[2].rpartition(")")[0]
            data = json.loads(cli("check-site", url, "--format", "json", "--limit", 5).stdout)
        finally:
            server.kill()

    wrong = {check["name"] for check in data["checks"] if check["passes"] is False}
    assert {
        "media-type",
        "named-type",
        "cache",
        "compression",
        "dereference",
        "not-acceptable",
        "cors",
        "nosniff",
    } <= wrong
    assert not {"content", "sums", "head", "complete"} & wrong
    assert "AddType application/x-ipynb+json .ipynb" in next(
        c["lines"]["apache"] for c in data["checks"] if c["name"] == "media-type"
    )


@pytest.fixture(scope="module")
def site_folder(dist: Path) -> Iterator[Path]:
    """Give a folder with a whole site, as it is deployed."""
    with deployed(dist) as folder:
        yield folder


@pytest.mark.parametrize("name", hosting.SERVERS)
def test_a_site_behind_a_real_server_with_our_rules_passes(name: str, site_folder: Path) -> None:
    """Our own server, Apache, nginx and Caddy, with the rules that come with the site, do all that is checked."""
    with hosting.SERVERS[name](site_folder) as server:
        made = check_site(server.address, site_folder, replace(FEW, kind=3))

    assert {} == failed(made)
    assert {"dereference", "not-acceptable", "compression", "cache"} <= {c.name for c in made.checks if c.looks}


HEALED = ("media-type", "named-type", "cache", "compression", "cors", "nosniff", "csp", "not-found")
"""What the lines of advice alone bring about; documents by Accept need the rules that come with a site."""


def advice(made: SiteCheck, server: str) -> dict[str, list[str]]:
    """Return the lines that a report gives for each failed check that lines can heal."""
    report = json.loads(SITE_REPORTS["json"](replace(made, kind=server), "en"))
    return {
        check["name"]: check["lines"][server]
        for check in report["checks"]
        if check["name"] in HEALED and "lines" in check
    }


def apache_bare(folder: Path, port: int, lines: Mapping[str, list[str]]) -> list[str]:
    """Configure Apache as it comes, with *lines*, and return the command that starts it."""
    work, modules = folder.parent, Path("/usr/lib/apache2/modules")
    (work / "empty.types").write_text("text/html html\ntext/css css\n")
    given = "\n".join(line for block in lines.values() for line in block)
    (work / "bare.conf").write_text(
        f'ServerRoot "{work}"\nPidFile "{work}/bare.pid"\nErrorLog "{work}/bare.log"\nServerName localhost\n'
        f"Listen 127.0.0.1:{port}\nStartServers 1\nThreadsPerChild 8\nMaxRequestWorkers 16\n"
        + "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in hosting.MODULES)
        + ("User nobody\nGroup nogroup\n" if os.geteuid() == 0 else "")
        + f'TypesConfig "{work}/empty.types"\nDocumentRoot "{folder}"\nErrorDocument 404 http://127.0.0.1:{port}/\n'
        f'FileETag None\n<Directory "{folder}">\nAllowOverride None\nRequire all granted\n{given}\n</Directory>\n'
    )
    return [hosting._program("apache2", "apache2-bin"), "-f", str(work / "bare.conf"), "-DFOREGROUND"]


def nginx_bare(folder: Path, port: int, lines: Mapping[str, list[str]]) -> list[str]:
    """Configure nginx as it comes, with *lines*, and return the command that starts it."""
    work = folder.parent
    (work / "mime.types").write_text("types { text/html html; text/css css; }\n")
    types = "\n".join(lines.get("media-type", ["include mime.types;"]))
    missing = "\n".join(lines.get("not-found", ["try_files $uri $uri/ /index.html;", "etag off;"]))
    given = "\n".join(
        line for name, block in lines.items() if name not in ("media-type", "not-found") for line in block
    )
    temporary = "".join(
        f"{kind}_temp_path {work}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (work / "bare.conf").write_text(
        f"daemon off; pid {work}/bare.pid; error_log {work}/bare.log; worker_processes 1;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + f"events {{ }}\nhttp {{ access_log off; {temporary}\n{types}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; {given}\nlocation / {{ {missing} }}\n}} }}\n"
    )
    return [hosting._program("nginx", "nginx-light"), "-c", str(work / "bare.conf"), "-e", str(work / "bare.log")]


def caddy_bare(folder: Path, port: int, lines: Mapping[str, list[str]]) -> list[str]:
    """Configure Caddy as it comes, with *lines*, and return the command that starts it."""
    given = "\n".join(line for name, block in lines.items() if name not in ("not-found", "cache") for line in block)
    missing = "\n".join(lines.get("not-found", ["try_files {path} {path}/index.html /index.html"]))
    served = "\n".join(lines.get("cache", ["file_server", "header -ETag"]))
    (folder.parent / "Caddyfile").write_text(
        f"{{\nadmin off\nauto_https off\n}}\nhttp://127.0.0.1:{port} {{\nroot * {folder}\n{given}\n{missing}\n{served}\n}}\n"
    )
    return [
        hosting._program("caddy", "caddy"),
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        str(folder.parent / "Caddyfile"),
    ]


BARE = {"apache": apache_bare, "nginx": nginx_bare, "caddy": caddy_bare}


@pytest.mark.parametrize("name", BARE)
def test_the_lines_of_advice_heal_what_they_are_for(name: str, site: Files) -> None:
    """A server without rules fails; with the lines of the report in its configuration, these checks pass."""
    folder = Path(tempfile.mkdtemp(prefix="efa-lod-bare-"))
    try:
        folder.chmod(0o755)
        root = written(site, folder / "dist")
        found = []
        lines: Mapping[str, list[str]] = {}
        for _ in range(2):
            port = hosting.free_port()
            own = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
            with hosting.running(BARE[name](root, port, lines), port, **own) as server:
                made = check_site(server.address, bounds=FEW)
            found.append(failed(made))
            lines = advice(made, name)
    finally:
        shutil.rmtree(folder)

    assert {*HEALED} == {*HEALED} & {*found[0]}
    assert {} == {check: findings for check, findings in found[1].items() if check in HEALED}
