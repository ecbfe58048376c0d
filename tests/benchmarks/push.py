"""Measure pushes into real stores beside the fastest ways into them, in one run.

Usage: python tests/benchmarks/push.py [--records N] [--stores oxigraph,virtuoso] [--most 1.3]

Every way brings the same N-Triples to a graph that is not there, over HTTP. Only some bring it as a whole or not at
all: a way that leaves half a graph when it breaks off is measured too, and marked. The steps of a push are told one by
one: loading is what the fastest ways do; comparing and moving is what they leave out. A push of a quarter of the
statements shows what memory has to do with their number. This program itself holds little, as a process that it starts
begins with its peak. The exit code is 1 when loading takes more than ``--most`` times as long as the fastest way.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO
from urllib.parse import quote

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import requests  # noqa: E402
from requests.auth import HTTPDigestAuth  # noqa: E402

from benchmarks.measuring import Run, run  # noqa: E402
from support import generator  # noqa: E402
from support.stores import RunningStore, running_store  # noqa: E402

EFA_LOD = [sys.executable, "-m", "efa_lod"]
N_TRIPLES = {"Content-Type": "application/n-triples"}
PART = 20_000


def built(folder: Path, records: int) -> Path:
    """Return the N-Triples of a build with so many invented municipalities."""
    lines = (json.dumps(generator.record(number, 1), ensure_ascii=False) for number in range(records))
    (folder / "records.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = ["--no-site", "--format", "n-triples", "-o", str(folder / "dist")]
    command = [*EFA_LOD, "build", str(folder / "records.jsonl"), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "dist/efa-lod.nt"


def address_of(store: RunningStore, graph: str) -> str:
    """Return where *graph* is written in *store*."""
    path = "/sparql-graph-crud-auth" if store.kind == "virtuoso" else "/store"
    return f"{store.address}{path}?graph={quote(graph, safe='')}"


def session_of(store: RunningStore) -> requests.Session:
    """Return what asks *store*, with its login: one that answers a question of the server has been asked it."""
    session = requests.Session()
    if store.kind == "virtuoso":
        session.auth = HTTPDigestAuth("dba", "dba")
        session.get(address_of(store, "urn:nothing"), timeout=60)
    return session


def sent(store: RunningStore, method: str, graph: str, body: bytes | IO[bytes], flags: str = "") -> None:
    """Send *body* to *graph*."""
    with session_of(store) as session:
        address = f"{address_of(store, graph)}{flags}"
        session.request(method, address, data=body, headers=N_TRIPLES, timeout=3600).raise_for_status()


def whole(store: RunningStore, method: str, graph: str, file: Path, flags: str = "") -> None:
    """Send *file* in one request."""
    with file.open("rb") as stream:
        sent(store, method, graph, stream, flags)


def in_parts(store: RunningStore, graph: str, file: Path, flags: str = "") -> None:
    """Send *file* in parts."""
    with file.open("rb") as lines, session_of(store) as session:
        while part := b"".join(islice(lines, PART)):
            address = f"{address_of(store, graph)}{flags}"
            session.post(address, data=part, headers=N_TRIPLES, timeout=3600).raise_for_status()


def moved(store: RunningStore, graph: str, file: Path, flags: str = "") -> None:
    """Send *file* in parts to another graph, and let the store move that."""
    in_parts(store, f"{graph}/other", file, flags)
    path = "/sparql-auth" if store.kind == "virtuoso" else "/update"
    headers = {"Content-Type": "application/sparql-update"}
    with session_of(store) as session:
        move = f"MOVE GRAPH <{graph}/other> TO GRAPH <{graph}>"
        session.post(f"{store.address}{path}", move, headers=headers, timeout=3600).raise_for_status()


def inserted(store: RunningStore, graph: str, file: Path) -> None:
    """Send *file* as one change."""
    body = f"INSERT DATA {{ GRAPH <{graph}> {{\n{file.read_text(encoding='utf-8')}}} }}".encode()
    headers = {"Content-Type": "application/sparql-update"}
    requests.post(f"{store.address}/update", body, headers=headers, timeout=3600).raise_for_status()


def ways(store: RunningStore, file: Path) -> Iterator[tuple[str, bool, Callable[[str], None]]]:
    """Yield name, whether it is whole or nothing, and the way to bring *file* to a graph."""
    flags = "&no_transaction&lenient" if store.kind == "oxigraph" else ""
    yield (
        f"POST{' without transaction' if flags else ''}",
        False,
        lambda graph: whole(store, "POST", graph, file, flags),
    )
    yield "POST in parts", False, lambda graph: in_parts(store, graph, file, flags)
    yield "POST in parts, MOVE", True, lambda graph: moved(store, graph, file, flags)
    if store.kind == "oxigraph":
        yield "PUT", True, lambda graph: whole(store, "PUT", graph, file)
        yield "INSERT DATA", True, lambda graph: inserted(store, graph, file)


def push(store: RunningStore, file: Path, graph: str) -> tuple[Run, dict[str, float]]:
    """Return what a push took, and the seconds of its steps."""
    receipt = file.with_name(f"{store.kind}.json")
    command = [*EFA_LOD, "push", store.address, "--kind", store.kind, "--graph", graph, "--file", str(file)]
    os.environ.update(store.environment)
    taken = run([*command, "--timeout", "3600", "--receipt", receipt], store.folder)
    return taken, json.loads(receipt.read_text())["seconds"]


def quarter_of(file: Path, count: int) -> Path:
    """Return a file with the first quarter of the *count* statements of *file*."""
    target = file.with_name("quarter.nt")
    with file.open("rb") as lines, target.open("wb") as stream:
        stream.writelines(islice(lines, count // 4))
    return target


def measured(store: RunningStore, file: Path, count: int) -> tuple[float, float]:
    """Print what each way and a push took; return how many times as long as the fastest way loading took, and all."""
    times: dict[bool, list[float]] = {False: [], True: []}
    for number, (way, is_whole, bring) in enumerate(ways(store, file)):
        graph = f"https://example.org/way/{number}"
        begin = time.monotonic()
        bring(graph)
        times[is_whole].append(time.monotonic() - begin)
        sent(store, "DELETE", graph, b"")
        print(f"{store.kind:9} {way:26} {times[is_whole][-1]:8.1f} s{'' if is_whole else '   may leave a part'}")
    small, _ = push(store, quarter_of(file, count), "https://example.org/quarter")
    taken, steps = push(store, file, "https://example.org/pushed")
    told = ", ".join(f"{step} {seconds:.1f}" for step, seconds in steps.items())
    print(f"{store.kind:9} {'efa-lod push':26} {taken.seconds:8.1f} s   ({told})")
    print(
        f"{store.kind:9} memory: {taken.megabytes:,.0f} MB, {small.megabytes:,.0f} MB for a quarter of the statements"
    )
    fastest = min(times[False] + times[True])
    loading, all_ = steps["load"] / fastest, taken.seconds / fastest
    print(f"{store.kind:9} loading takes {loading:.2f} times the fastest way, a push as a whole {all_:.2f} times")
    print(
        f"{store.kind:9} a push takes {taken.seconds / min(times[True]):.2f} times the fastest way that leaves no part"
    )
    return loading, all_


def main() -> int:
    """Measure, print a table, and return 1 when loading is slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--stores", default="oxigraph,virtuoso")
    parser.add_argument("--most", type=float, default=1.3)
    options = parser.parse_args()
    is_slow = False
    with tempfile.TemporaryDirectory(prefix="push") as name:
        file = built(Path(name), options.records)
        with file.open("rb") as lines:
            first = next(lines).decode()
            count = 1 + sum(1 for _ in lines)
        size = file.stat().st_size
        print(f"{count:,} statements, {size:,} bytes, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        for kind in options.stores.split(","):
            folder = Path(name) / kind
            folder.mkdir()
            with running_store(kind, folder) as store:
                store.put("https://example.org/warm", first)
                loading, _ = measured(store, file, count)
            is_slow |= loading > options.most
    return int(is_slow)


if __name__ == "__main__":
    sys.exit(main())
