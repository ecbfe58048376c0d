"""A site as it is deployed: what a build wrote, behind our own server, Apache, nginx or Caddy on this machine."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from conftest import missing
from support import serving
from support.patience import PATIENCE_S

SLOWEST = PATIENCE_S
"""Seconds that a server may take to begin."""


@contextlib.contextmanager
def deployed(dist: Path) -> Iterator[Path]:
    """Give a copy of what a build wrote to *dist* that any user of this machine can read, as a web server must."""
    folder = Path(tempfile.mkdtemp(prefix="efa-lod-site-"))
    try:
        folder.chmod(0o755)
        shutil.copytree(dist, folder / "dist", copy_function=shutil.copyfile)
        yield folder / "dist"
    finally:
        shutil.rmtree(folder)


def free_port() -> int:
    """Return a port that nobody listened on a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], port: int, **environment: str) -> Iterator[serving.Server]:
    """Give a server that *command* starts in the foreground, and end it afterwards."""
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115 – closed below
    process = subprocess.Popen(command, stdout=log, stderr=log, text=True, env={**os.environ, **environment})
    try:
        end = time.monotonic() + SLOWEST
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        else:
            log.seek(0)
            raise AssertionError(f"{command[0]} did not start: {log.read()}")
        yield serving.Server(process, f"http://127.0.0.1:{port}/")
    finally:
        process.terminate()
        try:
            process.wait(SLOWEST)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _program(name: str, package: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return found or missing(f"the program {name} is not installed (Debian: {package})")


@contextlib.contextmanager
def serve(dist: Path) -> Iterator[serving.Server]:
    """Give our own server over *dist*."""
    with serving.serving("--graph", dist / "efa-lod-graph.ttl", "--site", dist, "--workers", 2) as server:
        yield server


MODULES = ("mpm_event", "authz_core", "alias", "deflate", "dir", "filter", "headers", "mime", "rewrite", "setenvif")
"""All that the rules for Apache need of it."""


@contextlib.contextmanager
def apache(dist: Path) -> Iterator[serving.Server]:
    """Give Apache over *dist*, at the root and at ``/sub/folder/``, and w3id's forwarding at ``/efa-lod/``."""
    program = _program("apache2", "apache2-bin")
    modules = next((p for p in map(Path, ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules")) if p.is_dir()), None)
    port, work = free_port(), dist.parent
    w3id = work / "w3id"
    w3id.mkdir(exist_ok=True)
    rules = (dist / "rules/w3id.htaccess").read_text("utf-8")
    (w3id / ".htaccess").write_text(rules.replace("https://data.example.org/efa-lod/", f"http://127.0.0.1:{port}/"))
    lines = [
        f'ServerRoot "{work}"\nPidFile "{work}/apache.pid"\nErrorLog "{work}/apache.log"\nServerName localhost',
        f"Listen 127.0.0.1:{port}\nStartServers 1\nThreadsPerChild 8\nMaxRequestWorkers 16",
        *(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in MODULES),
        "User nobody\nGroup nogroup" if os.geteuid() == 0 else "",
        f'Alias /sub/folder "{dist}"\nAlias /efa-lod "{w3id}"\nDocumentRoot "{dist}"\nTypesConfig /dev/null',
        f'<Directory "{work}">\n  AllowOverride All\n  Options FollowSymLinks\n  Require all granted\n</Directory>',
    ]
    (work / "apache.conf").write_text("\n".join(lines) + "\n")
    with running([program, "-f", str(work / "apache.conf"), "-DFOREGROUND"], port) as server:
        yield server


@contextlib.contextmanager
def nginx(dist: Path) -> Iterator[serving.Server]:
    """Give nginx over *dist*."""
    program = _program("nginx", "nginx-light")
    port, work = free_port(), dist.parent
    rules = (dist / "rules/nginx.conf").read_text("utf-8")
    for line, own in (("listen 80;", f"listen 127.0.0.1:{port};"), ("root /srv/efa-lod/dist;", f"root {dist};")):
        assert rules.count(line) == 1
        rules = rules.replace(line, own)
    (work / "site.conf").write_text(rules)
    temporary = "".join(
        f"{kind}_temp_path {work}/nginx-{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (work / "nginx.conf").write_text(
        f"daemon off; pid {work}/nginx.pid; error_log {work}/nginx.log; worker_processes 1;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + f"events {{ }}\nhttp {{ access_log off; {temporary}\ninclude {work}/site.conf; }}\n"
    )
    with running([program, "-c", str(work / "nginx.conf"), "-e", str(work / "nginx.log")], port) as server:
        yield server


@contextlib.contextmanager
def caddy(dist: Path) -> Iterator[serving.Server]:
    """Give Caddy over *dist*."""
    program = _program("caddy", "caddy")
    port, work = free_port(), dist.parent
    (work / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\nimport {dist}/rules/Caddyfile\n")
    command = [program, "run", "--adapter", "caddyfile", "--config", str(work / "Caddyfile")]
    own = {"EFA_LOD_ADDRESS": f"http://127.0.0.1:{port}", "EFA_LOD_ROOT": str(dist), "HOME": str(work)}
    with running(command, port, **own, XDG_DATA_HOME=str(work), XDG_CONFIG_HOME=str(work)) as server:
        yield server


SERVERS: dict[str, Callable[[Path], contextlib.AbstractContextManager[serving.Server]]] = {
    "serve": serve,
    "apache": apache,
    "nginx": nginx,
    "caddy": caddy,
}
