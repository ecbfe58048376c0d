"""Hostile input, by name: what is refused, with the exact words, in bounded memory and time.

Each row is given to the program as a user would, in a process of its own: some of this brings down engines that meet it
unprepared, and no test should go down with them.
"""

import gzip
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from serving import serving  # noqa

MEMORY = 1 << 30
"""Bytes of address space that the program may use to refuse something."""
SECONDS = 30
RUN = "from efa_lod.cli import main; main(prog_name='efa-lod')"
CONTEXT = '"@context": ../../ontology/context.jsonld\n'
STATE = f"{CONTEXT}id: state/xx\ntype: State\n"
PREFIX = "<a:s> <a:p> "
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="a:">'
LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
DEEP = 100_000

Content = str | bytes | Callable[[Path], object]


@dataclass(frozen=True)
class Row:
    """What is typed, the *files* that are there, and what is said to it on stderr or, with exit code 1, stdout."""

    arguments: tuple[str, ...]
    said: str
    files: dict[str, Content] = field(default_factory=dict)
    code: int = 2
    stdin: bytes = b""


def given(name: str, content: Content, said: str, code: int = 2) -> Row:
    """Return the row of a file that is validated."""
    return Row(("validate", name), said, {name: content}, code)


def asked(query: str, said: str) -> Row:
    """Return the row of a query that is read from a file."""
    return Row(("query", "--graph", "g.ttl", "--file", "q.rq"), said, {"q.rq": query, "g.ttl": "<a:a> <a:b> <a:c> ."})


def loaded(name: str, content: Content, said: str) -> Row:
    """Return the row of a graph that is asked."""
    return Row(("query", "ASK {}", "--graph", name), said, {name: content})


def sparse(path: Path) -> None:
    """Make a file of 1 GiB of zeros, which takes no room."""
    with path.open("wb") as stream:
        stream.truncate(1 << 30)


def packed(path: Path) -> None:
    """Make a file of 1 MB that unpacks to 1 GB on one line."""
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(b'{"a": "')
        for _ in range(64):
            stream.write(b"x" * (1 << 24))


def bound(path: Path) -> None:
    """Make a socket."""
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path may have 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def link(target: str) -> Callable[[Path], object]:
    """Return what makes a symbolic link to *target*."""
    return lambda path: path.symlink_to(target)


ROWS: dict[str, Row] = {}


def run(row: Row, folder: Path) -> "subprocess.CompletedProcess[bytes]":
    """Give *row* to the program in *folder* and return what it said."""
    for name, content in row.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return subprocess.run(
        [sys.executable, "-c", RUN, *row.arguments],
        input=row.stdin,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        timeout=SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
