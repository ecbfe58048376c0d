"""Interrupts: whatever happens to a build, and whenever, one whole output is there and nothing is left behind.

A handful of builds by default; ``EFA_LOD_SOAK_BUILDS=200`` makes it two hundred.
"""

import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from conftest import missing
from support.generator import lines
from support.patience import PATIENCE_S

if not Path("/proc/self/environ").exists():
    missing("processes are found by their environment, as Linux tells of it")

BUILDS = int(os.environ.get("EFA_LOD_SOAK_BUILDS", "8"))
SEED = int(os.environ.get("EFA_LOD_SOAK_SEED", "1"))
FILES, RECORDS = 5, 60
MARK = "EFA_LOD_TEST_MARK"
OURS = "Note: publisher, contact and contributor"
"""What a build says first; from here on, no interrupt may end in a traceback."""
GONE = PATIENCE_S
"""Seconds within which the processes of a dead build must be gone."""

Digests = dict[str, str]


def digests(folder: Path) -> Digests:
    """Return the digest of each file below *folder*."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@dataclass
class Bench:
    """A folder to build in: two inputs, what each of them comes to, and a mark that all processes of builds carry."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    whole: list[Digests] = field(default_factory=list)
    seconds: float = 0

    @property
    def out(self) -> Path:
        """Return the folder that is written."""
        return self.folder / "place" / "dist"

    @property
    def temporary(self) -> Path:
        """Return the folder for temporary files."""
        return self.folder / "temporary"

    def inputs(self, which: int) -> list[Path]:
        """Return the files of one of the two inputs, written anew."""
        files = [self.folder / f"{which}-{i}.jsonl" for i in range(FILES)]
        for i, file in enumerate(files):
            file.write_bytes(b"".join(lines(RECORDS, seed=which, start=i * RECORDS)))
        return files

    def begin(self, which: int, limit: int | None = None) -> "subprocess.Popen[str]":
        """Begin a build of input *which*; no file may be longer than *limit* bytes."""
        command = [sys.executable, "-m", "efa_lod", "build", *map(str, self.inputs(which)), "-o", str(self.out)]
        return subprocess.Popen(
            [*command, "--no-site", "--jobs", "2"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, MARK: self.mark, "TMPDIR": str(self.temporary), "LC_ALL": "C"},
            start_new_session=True,
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None,
        )

    def build(self, which: int) -> None:
        """Build input *which* undisturbed, and fail unless there is its output and nothing else."""
        process = self.begin(which)
        said = process.communicate(timeout=60)[1]

        assert 0 == process.returncode, said
        assert self.whole[which] == digests(self.out)
        assert [self.out] == [*self.out.parent.iterdir()]
        assert [] == self.lost()
        assert [] == [*self.temporary.iterdir()]

    def lost(self) -> list[str]:
        """Return what processes of builds are there; give them a while to end."""
        end = time.monotonic() + GONE
        while (found := [*self.processes()]) and time.monotonic() < end:
            time.sleep(0.02)
        return found

    def processes(self) -> Iterator[str]:
        """Yield the command lines of the living processes that carry the mark."""
        mark = f"{MARK}={self.mark}".encode()
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                is_zombie = (path / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
                if not is_zombie and mark in (path / "environ").read_bytes().split(b"\0"):
                    yield f"{path.name}: {(path / 'cmdline').read_bytes()!r}"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return a bench on which both inputs have been built once."""
    bench = Bench(tmp_path_factory.mktemp("bench"))
    bench.temporary.mkdir()
    for which in (0, 1):
        began = time.monotonic()
        process = bench.begin(which)
        assert (0, True) == (process.wait(60), bench.out.is_dir())
        bench.seconds = time.monotonic() - began
        bench.whole.append(digests(bench.out))
        assert process.stderr
        process.stderr.close()
    assert bench.whole[0] != bench.whole[1]
    return bench


def interrupted(bench: Bench, which: int, random: Random) -> "subprocess.Popen[str]":
    """Press Ctrl-C: all processes at the terminal hear it."""
    process = begun(bench, which, random)
    signal_all(process, signal.SIGINT)
    return process


def interrupted_twice(bench: Bench, which: int, random: Random) -> "subprocess.Popen[str]":
    """Press Ctrl-C and, since it does not end at once, again."""
    process = interrupted(bench, which, random)
    time.sleep(random.random() * 0.05)
    signal_all(process, signal.SIGINT)
    return process


def ended(bench: Bench, which: int, random: Random) -> "subprocess.Popen[str]":
    """End the build as a service manager does."""
    process = begun(bench, which, random)
    process.terminate()
    return process


def all_ended(bench: Bench, which: int, random: Random) -> "subprocess.Popen[str]":
    """End the build and its workers at once, as a system that shuts down does."""
    process = begun(bench, which, random)
    signal_all(process, signal.SIGTERM)
    return process


def killed(bench: Bench, which: int, random: Random) -> "subprocess.Popen[str]":
    """Kill the build; its workers must notice."""
    process = begun(bench, which, random)
    process.kill()
    return process


def bereft(bench: Bench, which: int, random: Random) -> "subprocess.Popen[str]":
    """Kill one of its workers, if there is one by then."""
    process = begun(bench, which, random)
    workers = [found.partition(":")[0] for found in bench.processes() if "spawn_main" in found]
    if workers:
        with suppress(ProcessLookupError):
            os.kill(int(workers[int(random.random() * len(workers))]), signal.SIGKILL)
    return process


def filled(bench: Bench, which: int, random: Random) -> "subprocess.Popen[str]":
    """Let no file grow beyond some length, as on a disk that is full by then."""
    largest = max(path.stat().st_size for path in bench.out.rglob("*") if path.is_file())
    return bench.begin(which, 1 + int(random.random() * largest * 0.98))


def robbed(bench: Bench, which: int, random: Random) -> "subprocess.Popen[str]":
    """Take an input file away, or half of it, while the build runs."""
    process = begun(bench, which, random)
    file = bench.folder / f"{which}-{int(random.random() * FILES)}.jsonl"
    if random.random() < 0.5:
        file.unlink()
    else:
        os.truncate(file, file.stat().st_size // 2)
    return process


def signal_all(process: "subprocess.Popen[str]", number: signal.Signals) -> None:
    """Send a signal to *process*, unless it has ended, and to its workers."""
    if process.poll() is None:
        os.killpg(process.pid, number)


def begun(bench: Bench, which: int, random: Random) -> "subprocess.Popen[str]":
    """Begin a build and wait until some moment of it."""
    process = bench.begin(which)
    with suppress(subprocess.TimeoutExpired):
        process.wait(random.random() * bench.seconds * 1.05)
    return process


HARMS: tuple[Callable[[Bench, int, Random], "subprocess.Popen[str]"], ...] = (
    interrupted, killed, filled, ended, bereft, robbed, interrupted_twice, all_ended,
)  # fmt: skip
BY_SIGNALS = (interrupted, killed, ended, interrupted_twice, all_ended)


def test_whatever_happens_one_whole_output_is_there(bench: Bench) -> None:
    """At random moments of builds: the earlier output or the new one is whole, and the next build is as if nothing was.

    No process stays; of an error there is one line; only what was killed leaves its half-made folder to the next.
    """
    seen: Counter[tuple[str, int]] = Counter()
    bench.build(0)
    current = 0
    for number in range(BUILDS):
        random = Random(SEED * 1_000_000 + number)
        harm, which = HARMS[number % len(HARMS)], 1 - current
        process = harm(bench, which, random)
        said = process.communicate(timeout=60)[1]
        about = f"build {number}, {harm.__name__}, exit {process.returncode}: {said}"
        seen[harm.__name__, process.returncode] += 1
        found = digests(bench.out)

        assert [] == bench.lost(), about
        assert found in bench.whole, about
        if process.returncode == 0:
            assert bench.whole[which] == found, about
        elif harm not in BY_SIGNALS:
            assert bench.whole[current] == found, about
            assert 2 == process.returncode, about
        if OURS in said and process.returncode > 0:
            ours, ended, pythons = said.partition("efa-lod: ")
            assert ended and "Traceback" not in ours, about
            # A second Ctrl-C may come when the program is over and Python cleans up after it.
            assert harm is interrupted_twice or 1 == pythons.count("\n"), about
        left = {path.name for path in bench.out.parent.iterdir()} - {bench.out.name}
        assert not left or harm in (killed, interrupted_twice, all_ended), f"{about}: {left}"
        assert [] == [*bench.temporary.iterdir()], about
        bench.build(current := 1 - which if bench.whole[which] == found else which)
    print(*sorted(seen.items()), sep="\n")


@pytest.fixture
def mounted(bench: Bench) -> Iterator[Callable[[str], None]]:
    """Put the folder of outputs on a file system of its own, and return what mounts it anew with options."""
    place = bench.out.parent
    aside = bench.folder / "aside"
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "efa-lod", str(place)], capture_output=True
    ).returncode:
        missing("this user may not mount a file system")
    try:
        with suppress(FileNotFoundError):
            shutil.rmtree(aside)
        bench.build(0)

        def mount(options: str) -> None:
            subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True, capture_output=True)

        yield mount
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_a_full_disk_is_one_line(share: float, bench: Bench, mounted: Callable[[str], None]) -> None:
    """On a disk with room for a share of the new output, the earlier one stays, and there is one line."""
    page = 4096
    pages = sum(-(-path.stat().st_size // page) + 1 for path in bench.out.rglob("*"))
    mounted(f"size={int(pages * (1 + share)) * page}")
    process = bench.begin(1)
    said = process.communicate(timeout=60)[1].splitlines()

    assert (2, 2) == (process.returncode, len(said))
    assert said[1].endswith("cannot be written: No space left on device")
    assert bench.whole[0] == digests(bench.out)
    assert [bench.out] == [*bench.out.parent.iterdir()]
    assert [] == bench.lost()
    mounted("size=64m")
    bench.build(1)


def test_a_place_that_may_not_be_written_is_one_line(bench: Bench, mounted: Callable[[str], None]) -> None:
    """On a file system for reading alone, the earlier output stays, and there is one line."""
    mounted("ro")
    process = bench.begin(1)
    said = process.communicate(timeout=60)[1].splitlines()

    assert (2, 2) == (process.returncode, len(said))
    assert said[1].endswith("cannot be written: Read-only file system")
    assert bench.whole[0] == digests(bench.out)
    assert [] == bench.lost()
    mounted("rw")
    bench.build(1)


def test_a_killed_build_leaves_no_worker_in_any_stage(bench: Bench) -> None:
    """Workers end with the process that began them: just begun, at work, or handing over."""
    for share in (0.3, 0.45, 0.6, 0.75):
        process = bench.begin(1)
        time.sleep(bench.seconds * share)
        process.kill()
        process.communicate()
        assert [] == bench.lost()
    bench.build(1)
