"""The benchmark of scale keeps working; how fast a machine is, it tells its reader and not the tests."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.report import BUILD, FAST, FORMATTING, LIMIT, READING, TARGETS, Measured, load, markdown, save, svg
from benchmarks.usage import Failed, used
from conftest import missing

SAME = "Up to 10,000 records, all make the same triples."
FIGURES = Measured(BUILD, FAST, 100_000, 1, seconds=15.0, processor=28.0, megabytes=160.0)


def scale(*options: object) -> "subprocess.CompletedProcess[str]":
    """Run the benchmark with 16 and 100 records, once each."""
    command = [sys.executable, str(Path(__file__).parent / "scale.py"), "--sizes", "16,100"]
    command += ["--rounds", "1", "--patience", "60", *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="measures with what Linux tells in /proc")
def test_the_benchmark_runs_and_the_plain_way_makes_the_same_triples(tmp_path: Path) -> None:
    """Without the peers of the mapping, everything else runs, and all make the same triples; the report says so."""
    done = scale("--peers", tmp_path / "none", "-o", tmp_path / "report")
    found, _ = load(tmp_path / "report/scale.json")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert SAME in done.stdout
    assert {"Morph-KGC", "Oxigraph convert"} == {one.contender for one in found if one.reason}
    assert "Morph-KGC, map, 16 records: there is no morph-kgc in" in done.stdout
    assert ["scale.json", "scale.md", "scale.svg"] == sorted(file.name for file in (tmp_path / "report").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="measures with what Linux tells in /proc")
def test_the_peers_map_to_the_same_triples() -> None:
    """Morph-KGC with its mapping and Oxigraph with the context make the triples that efa-lod makes."""
    peers = os.environ.get("EFA_LOD_BENCHMARK_PEERS") or missing(
        "EFA_LOD_BENCHMARK_PEERS does not name a virtual environment with morph-kgc and oxigraph"
    )
    done = scale("--peers", peers, "--tasks", "map,limit", "--jobs", "2")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert SAME in done.stdout
    assert "Left out" not in done.stdout


def test_a_target_is_reached_missed_or_not_measured() -> None:
    """The report says of each target what was measured; what reading takes is no part of plain writing."""
    target = next(target for target in TARGETS if target.less)
    limits = [
        replace(FIGURES, task=LIMIT, contender=name, seconds=taken)
        for name, taken in ((FORMATTING, 4.5), (READING, 1.5))
    ]
    by_name = {(one.task, one.contender, one.records): one for one in [FIGURES, *limits]}
    slow = by_name | {(BUILD, FAST, 100_000): replace(FIGURES, seconds=18.3)}

    assert f"| {target.text} | ≤ 5 | 5 | reached |" == target.line(by_name)
    assert f"| {target.text} | ≤ 5 | 6.1 | **missed** |" == target.line(slow)
    assert f"| {target.text} | ≤ 5 | – | not measured |" == target.line({})


def test_a_report_can_be_made_again_from_what_was_saved(tmp_path: Path) -> None:
    """What is saved is all that the report and the drawing need, and the drawing is XML."""
    found = [replace(FIGURES, records=10), FIGURES, Measured(BUILD, "<other> & co", 10, reason="took too long")]
    save(found, "a machine", tmp_path / "scale.json")

    assert (found, "a machine") == load(tmp_path / "scale.json")
    assert "- <other> & co, build, 10 records: took too long" in markdown(found, "a machine")
    assert "{http://www.w3.org/2000/svg}svg" == ET.fromstring(svg(found)).tag


@pytest.mark.skipif(sys.platform != "linux", reason="measures with what Linux tells in /proc")
def test_what_all_processes_use_is_added_up(tmp_path: Path) -> None:
    """Memory, time and bytes of a command are those of the processes it starts too."""
    child = "import time; held = bytearray(60_000_000); open({!r}, 'wb').write(held); time.sleep(0.3)"
    children = "; ".join(f"run({child.format(str(tmp_path / name))!r})" for name in "ab")
    code = "import subprocess, sys; started = []; "
    code += "run = lambda code: started.append(subprocess.Popen([sys.executable, '-c', code])); "
    usage = used([sys.executable, "-c", f"{code}{children}; [one.wait() for one in started]"], tmp_path)

    assert 120 < usage.megabytes < 180
    assert 120 <= usage.written < 121
    assert usage.seconds > 0.3
    assert usage.processor > 0.01


@pytest.mark.skipif(sys.platform != "linux", reason="measures with what Linux tells in /proc")
@pytest.mark.parametrize(
    ("code", "limits", "reason"),
    [
        ("import time; time.sleep(60)", {"seconds": 0.2}, "took more than 0 s"),
        ("import time; held = bytearray(200_000_000); time.sleep(60)", {"gigabytes": 0.1}, "more than 0 GB of memory"),
        ("raise SystemExit('no such thing')", {}, "ended with 1: no such thing"),
    ],
    ids=("time", "memory", "status"),
)  # fmt: skip
def test_a_command_that_takes_too_much_is_ended(
    code: str, limits: dict[str, float], reason: str, tmp_path: Path
) -> None:
    """A limit of time or memory ends a command with all it has started; that it failed is told as well."""
    with pytest.raises(Failed, match=reason):
        used([sys.executable, "-c", code], tmp_path, **limits)
