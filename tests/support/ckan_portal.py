"""A real CKAN with ckanext-dcat and ckanext-harvest, PostgreSQL and Redis, on ports of their own, while it is needed.

The search back end is ``search_standin.py``. Nothing outlives the block, and nothing that runs already is touched.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conftest import missing, program

HERE = Path(__file__).parent
PLUGINS = "activity harvest dcat dcat_rdf_harvester structured_data"
NEEDED = "import ckanext.dcat, ckanext.harvest, psycopg2, redis, ckan; print(ckan.__path__[0])"
START_TIMEOUT_S = 60


@dataclass
class Portal:
    """A portal that harvests when it is told to."""

    process: "subprocess.Popen[str]"
    log: Path

    def api(self) -> tuple[str, str]:
        """Serve the portal over HTTP, and return its address and the token of one who may do everything."""
        (port,) = free_ports(1)
        found = self._answer(f"api {port}")
        return f"http://127.0.0.1:{port}", found["token"]

    def package(self, name: str) -> dict[str, Any]:
        """Return the package *name* as the database has it."""
        return dict(self._answer(f"package {name}"))

    def harvest(self, name: str, address: str) -> dict[str, Any]:
        """Harvest *address* as the source *name*; return the active packages by the IRI of the dataset, and errors."""
        found = self._answer(f"{name} {address}")
        extras = [{extra["key"]: extra["value"] for extra in one["extras"]} for one in found["packages"]]
        by_iri = {more["uri"]: {**one, **more} for one, more in zip(found["packages"], extras, strict=True)}
        return {"packages": by_iri, "errors": found["errors"]}

    def _answer(self, line: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self.log.read_text(encoding="utf-8")[-3000:]
        return json.loads(answer)


def portal_python() -> tuple[str, str]:
    """Return the interpreter that has CKAN with its extensions, and CKAN's folder; or skip."""
    python = os.environ.get("EFA_LOD_CKAN_PYTHON", sys.executable)
    found = subprocess.run([python, "-c", NEEDED], capture_output=True, text=True)
    if found.returncode:
        missing("CKAN with ckanext-harvest and its requirements is not installed (EFA_LOD_CKAN_PYTHON)")
    return python, found.stdout.split()[-1]


def postgresql(name: str) -> str:
    """Return the path of a program of PostgreSQL, which Debian keeps beside the usual folders; or skip."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")]))
    return found or missing(f"the program {name} of PostgreSQL is not installed")


@contextmanager
def running_portal() -> Iterator[Portal]:
    """Give a portal with an empty database."""
    python, package = portal_python()
    initdb, server, createdb = (postgresql(name) for name in ("initdb", "postgres", "createdb"))
    redis = program("redis-server")
    owner: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ckan", ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        data = folder / "database"
        data.mkdir()
        if owner:
            shutil.chown(data, "postgres", "postgres")
        database, cache, search = free_ports(3)

        def quiet(*command: str, **options: Any) -> None:
            subprocess.run(command, check=True, capture_output=True, cwd=folder, timeout=START_TIMEOUT_S, **options)

        quiet(initdb, "-D", str(data), "-U", "ckan", "-A", "trust", "-E", "UTF8", "--no-sync", **owner)
        stack.enter_context(
            running(server, "-D", str(data), "-p", str(database), "-c", "listen_addresses=127.0.0.1", "-k", "", **owner)
        )
        memory = ("--save", "", "--dir", str(folder))
        stack.enter_context(running(redis, "--bind", "127.0.0.1", "--port", str(cache), *memory))
        schema = str(Path(package) / "config/solr/schema.xml")
        stack.enter_context(running(sys.executable, str(HERE / "search_standin.py"), str(search), schema))
        for port in (database, cache, search):
            wait_for(port)
        time.sleep(0.5)  # PostgreSQL listens a little before it takes anybody in
        quiet(createdb, "-h", "127.0.0.1", "-p", str(database), "-U", "ckan", "ckan")
        ckan, ini = str(Path(python).with_name("ckan")), str(folder / "ckan.ini")
        quiet(ckan, "generate", "config", ini)
        settings = {
            "sqlalchemy.url": f"postgresql://ckan@127.0.0.1:{database}/ckan",
            "solr_url": f"http://127.0.0.1:{search}/solr/ckan",
            "ckan.redis.url": f"redis://127.0.0.1:{cache}/0",
            "ckan.plugins": PLUGINS,
            "ckanext.dcat.rdf.profiles": "euro_dcat_ap_3",
            "ckan.harvest.mq.type": "redis",
            "ckan.site_url": "http://127.0.0.1",
            "ckan.auth.create_unowned_dataset": "true",
            "ckan.auth.create_dataset_if_not_in_organization": "true",
        }
        quiet(ckan, "config-tool", ini, *(f"{name}={value}" for name, value in settings.items()))
        quiet(ckan, "-c", ini, "db", "init")
        quiet(ckan, "-c", ini, "db", "pending-migrations", "--apply")
        log = folder / "ckan.log"
        process = subprocess.Popen(
            [python, str(HERE / "harvest_with_ckan.py"), ini],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stack.enter_context(log.open("w")),
            text=True,
            cwd=folder,
        )
        stack.enter_context(process)
        stack.callback(end, process)
        yield Portal(process, log)


@contextmanager
def running(*command: str, **options: Any) -> Iterator[None]:
    """Run *command* while the block runs."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **options)
    try:
        yield
    finally:
        end(process)


def end(process: "subprocess.Popen[Any]") -> None:
    """End *process*, kindly first."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def wait_for(port: int) -> None:
    """Wait until something listens at *port*."""
    last = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < last:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing listens at port {port}")
