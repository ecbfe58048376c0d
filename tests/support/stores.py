"""Real triple stores on ports of their own, while they are needed: Oxigraph's server and Virtuoso."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import pyoxigraph as ox
import requests
from requests.auth import HTTPDigestAuth

from conftest import missing, program
from support.ckan_portal import end, free_ports

START_TIMEOUT_S = 90
INI = Path("/etc/virtuoso-opensource-7/virtuoso.ini")


@dataclass
class RunningStore:
    """A store that a test can kill and begin again: its *kind*, *address*, and the *environment* of its login."""

    kind: str
    address: str
    command: list[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Begin, and wait until requests are answered."""
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log)
        last = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < last:
            try:
                connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=5)
                connection.request("GET", "/sparql" if self.kind == "virtuoso" else "/")
                connection.getresponse().read()
                connection.close()
                return
            except OSError:
                time.sleep(0.2)
        raise TimeoutError((self.folder / "log.txt").read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        """End without any chance to tidy up."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for lock in self.folder.glob("*.lck"):
            lock.unlink()

    def put(self, graph: str, statements: str) -> None:
        """Put N-Triples into *graph*, past the program under test."""
        path = "/sparql-graph-crud-auth" if self.kind == "virtuoso" else "/store"
        address = f"{self.address}{path}?graph={quote(graph, safe='')}"
        answer = requests.put(
            address, statements.encode(), headers={"Content-Type": "application/n-triples"}, auth=self._login()
        )
        assert answer.ok, answer.text

    def graphs(self) -> dict[str, set[str]]:
        """Return what is in each graph that a test could have made, as lines of N-Triples."""
        query = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'https://example.')) }"
        path = "/sparql-auth" if self.kind == "virtuoso" else "/query"
        answer = requests.post(
            f"{self.address}{path}",
            {"query": query},
            headers={"Accept": "application/sparql-results+json"},
            auth=self._login(),
        )
        assert answer.ok, answer.text
        found: dict[str, set[str]] = {}
        solutions = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
        assert isinstance(solutions, ox.QuerySolutions)
        for row in solutions:
            graph = row["g"]
            assert isinstance(graph, ox.NamedNode)
            found.setdefault(graph.value, set()).add(f"{row['s']} {row['p']} {row['o']} .")
        return found

    def _login(self) -> HTTPDigestAuth | None:
        return HTTPDigestAuth("dba", "dba") if self.kind == "virtuoso" else None


@contextmanager
def running_store(
    kind: str, folder: Path, graphs: Mapping[str, Iterable[str]] = MappingProxyType({})
) -> Iterator[RunningStore]:
    """Yield a store of *kind* in *folder*, in which there are the *graphs* of others: their statements by IRI."""
    store = {"oxigraph": _oxigraph, "virtuoso": _virtuoso}[kind](folder)
    try:
        store.start()
        for graph, lines in graphs.items():
            store.put(graph, "\n".join(lines) + "\n")
        yield store
    finally:
        if store.process is not None:
            end(store.process)


def _oxigraph(folder: Path) -> RunningStore:
    peers = os.environ.get("EFA_LOD_BENCHMARK_PEERS")
    found = shutil.which("oxigraph", path=f"{peers}/bin") if peers else shutil.which("oxigraph")
    if not found:
        missing("the server of Oxigraph is not installed (EFA_LOD_BENCHMARK_PEERS)")
    (port,) = free_ports(1)
    command = [found, "serve", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"]
    return RunningStore("oxigraph", f"http://127.0.0.1:{port}", command, folder)


def _virtuoso(folder: Path) -> RunningStore:
    server = program("virtuoso-t")
    if not INI.is_file():
        missing("the settings of Virtuoso are not installed (Debian: virtuoso-opensource-7)")
    sql, port = free_ports(2)
    text = INI.read_text().replace("/var/lib/virtuoso-opensource-7/db", str(folder))
    text = text.replace("/var/lib/virtuoso-opensource-7/vsp", str(folder))
    for old, new in (
        (r"ServerPort\s*= 1111", f"ServerPort = 127.0.0.1:{sql}"),
        (r"ServerPort\s*= 8890", f"ServerPort = 127.0.0.1:{port}"),
        (r"(?m)^NumberOfBuffers.*", "NumberOfBuffers = 40000"),
        (r"(?m)^MaxDirtyBuffers.*", "MaxDirtyBuffers = 30000"),
    ):
        text = re.sub(old, new, text)
    (folder / "v.ini").write_text(text)
    command = [server, "-f", "-c", str(folder / "v.ini")]
    login = {"EFA_LOD_USER": "dba", "EFA_LOD_PASSWORD": "dba"}
    return RunningStore("virtuoso", f"http://127.0.0.1:{port}", command, folder, login)
