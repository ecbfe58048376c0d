"""One dataset in a piveau hub, for which a stand-in on this machine answers as piveau's public code does."""

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.model.publication import packaged_folder

KEY = "k-0815-secret"


class Hub:
    """What the stand-in holds: *datasets* by path, and the *methods* that were used; *broken* loses what comes."""

    def __init__(self) -> None:
        self.datasets: dict[str, bytes] = {}
        self.methods: list[str] = []
        self.broken = False
        self.address = ""


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Return a running stand-in."""
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/turtle")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            state.methods.append("GET")
            found = state.datasets.get(self.path)
            self.answer(404) if found is None else self.answer(200, found)

        def do_PUT(self) -> None:
            state.methods.append("PUT")
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("X-API-Key") != KEY:
                return self.answer(401)
            is_new = self.path not in state.datasets
            state.datasets[self.path] = body.replace(b"Turtle", b"") if not state.broken else b""
            return self.answer(201 if is_new else 204)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(hub: Hub, tmp_path: Path) -> Path:
    """Return a publication with the stand-in as a target."""
    for part in ("data", "ontology", "shapes"):
        shutil.copytree(packaged_folder() / part, tmp_path / "p" / part)
    (tmp_path / "p/data/targets.yaml").write_text(
        f"hub: {{kind: piveau, address: '{hub.address}', catalogue: efa, token: HUB_KEY}}\n"
        f"nameless: {{kind: piveau, address: '{hub.address}', token: HUB_KEY}}\n"
    )
    return tmp_path / "p"


def push(cli: Cli, folder: Path, built: Path, *options: str, code: int = 0, key: str = KEY, to: str = "hub") -> str:
    """Push to the stand-in and return what is printed."""
    command = ("push", to, "--publication", folder, "--build", built, "--format", "json", *options)
    found = cli(*command, HUB_KEY=key)
    assert code == found.exit_code, found.output + repr(found.exception)
    assert KEY not in found.output
    return found.stderr if code else found.stdout


def test_a_dataset_is_created_changed_and_left_alone(
    cli: Cli, hub: Hub, folder: Path, dist: Path, tmp_path: Path
) -> None:
    """The first push creates, the same again sends nothing, a change is brought."""
    built = tmp_path / "dist"
    built.mkdir()
    shutil.copy(dist / "catalog.ttl", built)
    planned = json.loads(push(cli, folder, built, "--dry-run"))
    assert {} == hub.datasets
    first = json.loads(push(cli, folder, built))
    second = json.loads(push(cli, folder, built))
    text = (built / "catalog.ttl").read_text()
    (built / "catalog.ttl").write_text(text.replace("2026-11-23", "2026-12-24"))
    third = json.loads(push(cli, folder, built))
    (path,) = hub.datasets

    assert ("create", "create", "nothing", "update") == tuple(one["action"] for one in (planned, first, second, third))
    assert "/catalogues/efa/datasets/origin?originalId=https%3A%2F%2Fw3id.org%2Fefa-lod%2Fdataset" == path
    assert 2 == hub.methods.count("PUT")
    assert b"2026-12-24" in hub.datasets[path]
    assert b"dcat#Catalog>" not in hub.datasets[path]


def test_what_would_vanish_or_did_not_arrive_is_told(
    cli: Cli, hub: Hub, folder: Path, dist: Path, tmp_path: Path
) -> None:
    """A file that would vanish is refused; a hub that shows nothing of what it took is not believed."""
    built = tmp_path / "dist"
    built.mkdir()
    text = (dist / "catalog.ttl").read_text()
    (built / "catalog.ttl").write_text(text)
    push(cli, folder, built)
    (built / "catalog.ttl").write_text(text.replace("<dataset#csv> ,", ""))
    lost = push(cli, folder, built, code=1)
    push(cli, folder, built, "--force")
    hub.broken = True
    (built / "catalog.ttl").write_text(text)
    broken = push(cli, folder, built, code=1)

    assert "efa-lod.csv" in lost
    assert "does not show" in broken


def test_a_wrong_key_and_a_missing_catalogue_are_told(cli: Cli, hub: Hub, folder: Path, dist: Path) -> None:
    """A refused key is told without it; a hub needs to know into which of its catalogues."""
    refused = push(cli, folder, dist, code=2, key="wrong-key-4711")
    unnamed = push(cli, folder, dist, code=2, to="nameless")

    assert "refused the login (x-api-key)" in refused
    assert "wrong-key-4711" not in refused
    assert "catalogue:" in unnamed
    assert {} == hub.datasets
