"""No login is seen anywhere: in what is said, in receipts, in the list of processes – for every kind of target."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.delivery.targets import KIND_SCHEMES
from support.loopback import Handler, Site, serving

USER, SECRET = "user-0815", "geheim-4711-geheim"
LOGIN = {"EFA_LOD_USER": USER, "EFA_LOD_PASSWORD": SECRET, "EFA_LOD_TOKEN": SECRET}
HIDDEN = [SECRET, base64.b64encode(f"{USER}:{SECRET}".encode()).decode()]
KINDS = [kind for kind, scheme in KIND_SCHEMES.items() if scheme != "none"]


class Gossip:
    """Answers every request with one status and with all that the request said of who asks."""

    def __init__(self, site: Site, status: int) -> None:
        self.lists: list[bytes] = []
        self._status = status
        site.routes = self  # type: ignore[assignment]

    def get(self, _: str) -> "Gossip":
        """Return the one answer for each path."""
        return self

    def __call__(self, handler: Handler) -> None:
        """Note the list of processes, and answer."""
        self.lists += [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
        said = "; ".join(f"{name}: {value}" for name, value in handler.headers.items())
        body = json.dumps({"success": False, "error": {"message": f"{said}; {USER}:{SECRET}"}}).encode()
        realm = f'Digest realm="{SECRET}", nonce="x", qop="auth"' if self._status == 401 else "-"
        handler.say(self._status, body, Content_Type="application/json", WWW_Authenticate=realm)


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a server on this machine."""
    with serving() as running:
        yield running


def targets(copy: Path, kind: str, url: str) -> Path:
    """Write the target ``there`` of that *kind* at *url* into the publication *copy*, and return the folder."""
    more = {"gsp": f", query: '{url}/q', update: '{url}/u'", "piveau": ", catalogue: ours"}.get(kind, "")
    (copy / "data/targets.yaml").write_text(f"there: {{kind: {kind}, address: '{url}/x'{more}}}\n")
    return copy


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [200, 401, 500])
def test_what_a_target_quotes_back_is_not_shown(
    kind: str, status: int, cli: Cli, dist: Path, copy: Path, site: Site, tmp_path: Path
) -> None:
    """Whatever a target of any kind answers, neither the report nor the receipt nor an error holds the login."""
    gossip = Gossip(site, status)
    receipt = tmp_path / "receipt.json"
    options = ("--build", dist, "--publication", targets(copy, kind, site.url), "--receipt", receipt, "--timeout", 5)
    for language in ("de", "en"):
        found = cli("push", "there", *options, "--lang", language, **LOGIN)
        seen = found.output + found.stderr + (receipt.read_text("utf-8") if receipt.exists() else "")

        assert 2 == found.exit_code, found.output
        assert gossip.lists, found.stderr
        assert "Traceback" not in seen
        assert [] == [secret for secret in HIDDEN if secret in seen]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system has no /proc")
@pytest.mark.parametrize("kind", KINDS)
def test_the_list_of_processes_shows_no_login(kind: str, dist: Path, copy: Path, site: Site) -> None:
    """While a push of any kind talks to its target, no command line of the machine holds the login."""
    gossip = Gossip(site, 403)
    command = [sys.executable, "-m", "efa_lod", "push", "there", "--build", str(dist)]
    command += ["--publication", str(targets(copy, kind, site.url))]
    done = subprocess.run(command, env={**os.environ, **LOGIN}, capture_output=True, timeout=120)
    seen = b"\n".join(gossip.lists)

    assert 2 == done.returncode, done.stderr
    assert b"push" in seen, done.stderr
    assert [] == [secret for secret in HIDDEN if secret.encode() in seen + done.stdout + done.stderr]
