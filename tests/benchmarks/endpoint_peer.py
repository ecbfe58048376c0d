"""Hold the endpoint without its cache against Oxigraph's own server, query by query in turn.

    python tests/benchmarks/endpoint_peer.py [--records 16,1000] [--clients 1,8,32] [--seconds 0.5]

Both servers run all the time and are asked in turn, so that a busy machine is unfair to neither. Told are, as geometric
means over the eight queries, requests a second of both and seconds of the processor for each request, of all processes
of a server; then how long our server takes to begin, and the p99 of an ASK while eight hostile clients ask without
pause. Of Oxigraph's queries none can be ended: it goes on with them until its time limit. The exit code is 1 when a
request costs us more than ``--most`` times what it costs Oxigraph, over all that was measured: the way to a process
that can be killed and back costs the same for each query, and so counts most for the smallest.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.endpoint import QUERIES, Running, free_port, measure, running, under_fire, write_graph  # noqa: E402
from support.serving import COMMAND  # noqa: E402

OURS, PEER = "efa-lod", "Oxigraph"
TICKS = os.sysconf("SC_CLK_TCK")
LEAST_S = 0.05
"""Seconds of the processor below which the system's ticks do not tell what a request cost."""


def processor(server: Running) -> float:
    """Return the seconds that the processor has worked for all processes of *server*."""
    return sum(map(_processor, _family(server.pid)))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has just ended
            for child in task.read_text().split():
                yield from _family(int(child))


def _processor(pid: int) -> float:
    """Return the seconds of a process, with those of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def both(graph: Path, work: Path, peers: Path) -> Iterator[tuple[str, list[str], int, str]]:
    """Yield name, command, port and path of the two servers over *graph*."""
    port, store = free_port(), work / f"{graph.stem}.store"
    yield (
        OURS,
        [sys.executable, "-c", COMMAND, "--port", str(port), "--graph", str(graph), "--cache", "0"],
        port,
        "/sparql",
    )
    port, program = free_port(), str(peers / "bin/oxigraph")
    load = [program, "load", "--location", str(store), "--file", str(graph)]
    subprocess.run(load, check=True, capture_output=True)
    serve = [program, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}", "--timeout-s", "5"]
    yield PEER, serve, port, "/query"


def compare(sides: dict[str, Running], clients: int, seconds: float) -> tuple[dict[str, float], dict[str, float]]:
    """Return requests a second, and seconds of the processor for each, as geometric means over the queries."""
    speed: dict[str, list[float]] = {OURS: [], PEER: []}
    cost: dict[str, list[float]] = {OURS: [], PEER: []}
    for query, media_type in QUERIES.values():
        for name, side in sides.items():
            before, count, used = processor(side), 0.0, 0.0
            while used < LEAST_S:
                found = measure(side, query, media_type, clients, seconds)
                if found.failed:
                    raise SystemExit(f"{name} failed: {dict(found.failed)}")
                count += found.second * (seconds + min(0.2, seconds))
                used = processor(side) - before
            speed[name].append(found.second)
            cost[name].append(used / count)
    mean = statistics.geometric_mean
    return {name: mean(all_) for name, all_ in speed.items()}, {name: mean(all_) for name, all_ in cost.items()}


def main() -> int:
    """Measure, print a table, and return 1 when requests cost us far more than they cost the peer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", default="16,1000")
    parser.add_argument("--clients", default="1,8,32")
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--most", type=float, default=1.5)
    options = parser.parse_args()
    peers = Path(os.environ["EFA_LOD_BENCHMARK_PEERS"])
    ratios: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        for records in map(int, options.records.split(",")):
            graph = Path(name) / f"{records}.nt"
            print(f"{records} records, {write_graph(records, graph):,} statements, load {os.getloadavg()[0]:.1f}")
            with ExitStack() as stack:
                servers = both(graph, Path(name), peers)
                sides = {side: stack.enter_context(running(run, port, path)) for side, run, port, path in servers}
                for clients in map(int, options.clients.split(",")):
                    speed, cost = compare(sides, clients, options.seconds)
                    ratios.append(cost[OURS] / cost[PEER])
                    print(
                        f"  {clients:2} clients: {speed[OURS]:6.0f} requests/s, {PEER} {speed[PEER]:6.0f}"
                        f" ({speed[OURS] / speed[PEER]:.2f} of it); {cost[OURS] * 1e6:5.0f} µs of the processor a"
                        f" request, {PEER} {cost[PEER] * 1e6:5.0f} ({ratios[-1]:.2f} times)",
                        flush=True,
                    )
                quiet, loud, count = under_fire(sides[OURS], max(2.0, 4 * options.seconds))
                print(f"  begins after {sides[OURS].began_after:.2f} s; p99 of ASK {quiet:.1f} ms, under 8 hostile")
                print(f"  clients {loud:.1f} ms ({loud / quiet:.1f} times, goal 10; {count} answered)")
    over_all = statistics.geometric_mean(ratios)
    print(
        f"{'reached' if over_all <= 1 else 'MISSED '} – a request costs at most what {PEER} takes: {over_all:.2f} times"
    )
    return int(over_all > options.most)


if __name__ == "__main__":
    sys.exit(main())
