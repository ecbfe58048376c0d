"""Watching: after each edit the folder is as a full build writes it, and what is wrong is told and changes nothing."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from efa_lod.build.build import build
from efa_lod.build.file_watch import FileWatch
from efa_lod.build.rebuilding import Rebuilding
from efa_lod.build.watch_session import WatchSession
from efa_lod.errors import BrokenInput
from efa_lod.model.publication import read_publication
from efa_lod.model.results import Result
from efa_lod.rdf.formats import OutputFile

EDITS = int(os.environ.get("EFA_LOD_WATCH_EDITS", "3"))
"""How many random edits the test of equal bytes makes."""
NEW = """
---
"@context": ../ontology/context.jsonld
id: organisation/neu
type: GovernmentOrganization
name:
  de: BayKommun
namedIn: source/efa-nachnutzung#by-contact
"""


def content(folder: Path) -> dict[str, bytes]:
    """Return the files of *folder* by path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def edited(file: Path, old: str, new: str) -> None:
    """Replace *old* in *file* as editors do: write another file and give it the name."""
    text = file.read_text("utf-8")
    assert old in text
    other = file.with_name(f".{file.name}.swp")
    other.write_text(text.replace(old, new, 1), "utf-8")
    other.replace(file)


def random_edit(copy: Path, random: Random, number: int) -> Path:
    """Edit something of a record that stays valid, and return its file."""
    states = sorted((copy / "data/states").glob("*.yaml"))
    shared = [copy / "data/organisations.yaml", copy / "data/marketplaces.yaml"]
    file = random.choice([*states, *shared])
    kinds: Sequence[tuple[str, Callable[[re.Match[str]], str]]] = [
        (r"(?m)^( +email: )(\S+@)", lambda found: f"{found[1]}x{number}{found[2]}"),
        (r"(?m)^( +modified: ).*$", lambda found: f"{found[1]}2026-12-{number % 28 + 1:02}"),
        (r"(?m)^( +summary:\n +de: )(.)", lambda found: f"{found[1]}Neu {number} – {found[2]}"),
        (r"(?m)^(name:\n +de: )(\w)", lambda found: f"{found[1]}Neu{number} {found[2]}"),
        (r"(?m)^( +until: ).*$", lambda found: f"{found[1]}2031-12-{number % 28 + 1:02}"),
        (r"(?m)^( +lastConfirmed: ).*$", lambda found: f"{found[1]}2026-09-{number % 28 + 1:02}"),
        (r"(?m)^( +homepage: )(https://[^/\n]+).*$", lambda found: f"{found[1]}{found[2]}/{number}"),
    ]
    text = file.read_text("utf-8")
    for pattern, replaced in random.sample(kinds, len(kinds)):
        if re.search(pattern, text):
            file.write_text(re.sub(pattern, replaced, text, count=1), "utf-8")
            return file
    return random_edit(copy, random, number)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return the folder to build to."""
    return tmp_path / "out"


@pytest.fixture
def found() -> list[Sequence[Result]]:
    """Return what checks have found."""
    return []


@pytest.fixture
def session(copy: Path, out: Path, found: list[Sequence[Result]]) -> WatchSession:
    """Return a session that has built once."""
    made = WatchSession(copy, None, out, found.append)
    assert made.run(set())
    return made


def test_after_edits_the_folder_is_as_a_full_build_writes_it(
    copy: Path, out: Path, session: WatchSession, tmp_path: Path
) -> None:
    """Byte for byte, after random edits of records, a new record, and an edit of the ontology."""
    random = Random(20)
    for number in range(EDITS):
        assert session.run({random_edit(copy, random, number)})
    organisations = copy / "data/organisations.yaml"
    organisations.write_text(organisations.read_text("utf-8").rstrip("\n") + NEW, "utf-8")
    assert session.run({organisations})
    build(read_publication(copy), tmp_path / "full")
    first = content(out)

    assert content(tmp_path / "full") == first

    edited(copy / "ontology/efa.ttl", 'rdfs:label "', 'rdfs:label "Neu: ')
    assert session.run({copy / "ontology/efa.ttl"})
    build(read_publication(copy), tmp_path / "full")

    assert content(tmp_path / "full") == content(out) != first


@dataclass
class _Piece:
    """A site of which pages share a piece, that says its *name*."""

    name: str
    made: dict[str, str] = field(default_factory=dict)


def test_a_piece_that_pages_share_is_noted_for_each() -> None:
    """What is in several outputs makes all of them anew when it has changed, not only the one it was made for."""

    def page(values: Any) -> Iterator[OutputFile]:
        if "piece" not in values.site.made:
            values.site.made["piece"] = values.site.name
        yield OutputFile("page", "text/plain", [values.site.made["piece"].encode()])

    rebuilding = Rebuilding()
    for name in ("before", "after"):
        values = SimpleNamespace(site=_Piece(name))
        made = [file.data for output in ("one", "two") for file in rebuilding.output(output, page, values)]

        assert [name.encode()] * 2 == made


def test_what_is_the_same_is_linked_unless_somebody_changed_it(copy: Path, out: Path, session: WatchSession) -> None:
    """A file that an edit leaves as it is keeps its inode; one that was changed in the folder is written anew."""
    same, spoilt = (out / f"find/{name}.html" for name in ("02", "03"))
    inode, before = same.stat().st_ino, spoilt.read_bytes()
    spoilt.write_bytes(b"spoilt")
    edited(copy / "data/states/sh.yaml", "email: info", "email: post")

    assert session.run({copy / "data/states/sh.yaml"})
    assert inode == same.stat().st_ino
    assert before == spoilt.read_bytes()


def test_what_is_broken_is_told_and_changes_nothing(
    copy: Path, out: Path, session: WatchSession, found: list[Sequence[Result]]
) -> None:
    """Broken YAML and a violation leave the folder as it was, until they are mended."""
    file = copy / "data/states/sh.yaml"
    before, text = content(out), file.read_text("utf-8")
    file.write_text(text[: len(text) // 2] + "\n  - [", "utf-8")

    with pytest.raises(BrokenInput, match=r"data/states/sh\.yaml"):
        session.run({file})

    file.write_text(text.replace("email: info", "email: mailto:info", 1), "utf-8")

    assert None is session.run({file})
    assert "ContactPoint-email" in {result.rule for result in found[-1]}
    assert before == content(out)

    file.write_text(text.replace("email: info", "email: post", 1), "utf-8")

    assert session.run({file})
    assert b"post@" in content(out)["state/sh.html"].replace(b"<wbr>", b"")


def test_a_state_that_goes_is_missed(
    copy: Path, out: Path, session: WatchSession, found: list[Sequence[Result]]
) -> None:
    """A deleted record is no longer there for the check, and is there again when its file is."""
    file = copy / "data/states/th.yaml"
    text = file.read_text("utf-8")
    file.unlink()

    assert None is session.run({file})
    assert "Publication-states" in {result.rule for result in found[-1]}

    file.write_text(text, "utf-8")

    assert session.run({file})


def test_files_are_seen_to_change(copy: Path) -> None:
    """A file that is written, renamed over another, new or gone is named once."""
    file, gone, new = (copy / f"data/states/{name}.yaml" for name in ("sh", "th", "xx"))
    watch = FileWatch([copy / "data"])

    assert set() == watch.changed()

    edited(file, "email: info", "email: post")
    gone.unlink()
    new.write_text("x", "utf-8")

    assert {file, gone, new} == watch.changed()
    assert set() == watch.changed()


@pytest.fixture
def lines(copy: Path, out: Path) -> Iterator["Queue[str]"]:
    """Return the lines that ``efa-lod watch`` writes to stderr; it is ended by Ctrl-C and then says nothing more."""
    command = [sys.executable, "-m", "efa_lod", "watch", "-o", str(out), "--port", "0", "--publication", str(copy)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    told: Queue[str] = Queue()

    def read() -> None:
        assert process.stderr
        for line in process.stderr:
            told.put(line)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    yield told
    process.send_signal(signal.SIGINT)
    assert 0 == process.wait(60)
    reader.join(60)
    assert process.stderr
    process.stderr.close()


def awaited(lines: "Queue[str]", pattern: str) -> re.Match[str]:
    """Return the first line that has *pattern*."""
    while True:
        if match := re.search(pattern, lines.get(timeout=120)):
            return match


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Return what closes connections in the end."""
    with ExitStack() as stack:
        yield stack


def asked(address: str, path: str, stack: ExitStack) -> http.client.HTTPResponse:
    """Return the answer for *path*, which may go on."""
    connection = stack.enter_context(closing(http.client.HTTPConnection(address, timeout=120)))
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    return stack.enter_context(closing(connection.getresponse()))


def test_pages_load_themselves_anew(copy: Path, out: Path, lines: "Queue[str]", stack: ExitStack) -> None:
    """A page names the script and may ask the server, which tells of each build; the file on the disk does neither."""
    address = urlsplit(awaited(lines, r"http://127\.0\.0\.1:\d+/")[0]).netloc
    answer = asked(address, "/state/sh.html", stack)
    page = answer.read().decode()
    [name] = re.findall(r'<script src="/watch/reload\.js" data-build="(\w+)" defer>', page)

    assert "no-store" == answer.getheader("Cache-Control")
    assert "; connect-src 'self'\">" in page
    assert "/watch/reload.js" not in (out / "state/sh.html").read_text("utf-8")
    assert "javascript" in str(asked(address, "/watch/reload.js", stack).getheader("Content-Type"))

    events = asked(address, "/watch/events", stack)

    assert f"data: {name}\n".encode() == events.readline()

    edited(copy / "data/states/sh.yaml", "email: info", "email: post")
    events.readline()
    news = events.readline().decode()

    assert re.fullmatch(r"data: \w+\n", news)
    assert name not in news

    (copy / "data/states/sh.yaml").write_text("- [", "utf-8")
    awaited(lines, r"data/states/sh\.yaml")
    awaited(lines, r"stays as it was|bleibt, wie es war")
