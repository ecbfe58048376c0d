"""Find the dump that a name stands for: a build folder, a frozen release, an address of one, or a dump in any syntax.

What comes with a list of digests is held against it before it is used.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import cast

from efa_lod.errors import BrokenInput
from efa_lod.io.fetch_policy import FetchPolicy, agent, host_of
from efa_lod.io.files import opened, whole_file
from efa_lod.io.http import Fetcher, HttpResponse
from efa_lod.io.json_objects import json_object
from efa_lod.model.publication import WRITTEN_BASE
from efa_lod.releases.statement_lines import PACKED, dump_suffix

SUMS_FILE = "SHA256SUMS"
BUILD_INVENTORY = "build.json"
VOCABULARY_FILE = "vocabulary.json"
DUMP_STEM = "efa-lod"
MOST_FETCHED = 256_000_000
"""Most bytes of a file that are fetched from an address."""
FETCH_TIMEOUT_S = 120.0
_RELEASE = re.compile(r"/release/[0-9]+(?:\.[0-9]+)*/?$")
"""How the address of a frozen release ends."""
_ORDER = (".nt", ".ttl", ".rdf", ".jsonld")
"""The dumps of a build, the quickest to read first."""


@dataclass(frozen=True)
class Dump:
    """A dump that was found: *name* for messages, *path*, *suffix* of its syntax; base IRI and version where known.

    *vocabulary* is the file with the digests of terms, shapes and named queries beside it, if there is one.
    """

    name: str
    path: Path
    suffix: str
    base_iri: str = ""
    version: str = ""
    vocabulary: Path | None = None


def is_web(where: str) -> bool:
    """Return True if *where* is an address and no path."""
    return where.lower().startswith(("http://", "https://"))


def file_in(where: str, name: str) -> str:
    """Return where the file *name* is of the build or frozen release that *where* stands for; else *where* itself."""
    if is_web(where):
        return f"{where.rstrip('/')}/{name}" if _RELEASE.search(where) else where
    return str(Path(where) / name) if Path(where).is_dir() else where


def find_dump(where: str, scratch: Path, program: str) -> Dump:
    """Return the dump that *where* stands for; what is fetched is written to the folder *scratch*.

    *program* is the version of this program, for the user agent. Raise BrokenInput when there is none, or when it is
    not the file that the list of digests beside it names.
    """
    if is_web(where):
        return _fetched(where, scratch, program)
    path = Path(where)
    return _in_folder(path) if path.is_dir() else _file(path)


def _file(path: Path) -> Dump:
    suffix = dump_suffix(path.name)
    if not suffix:
        raise BrokenInput(
            f"{path}: expected a build folder, a frozen release, its address, or a dump whose name ends in .nt, .nq,"
            " .ttl, .trig, .rdf or .jsonld, with .gz behind it or without",
            f"{path}: erwartet ein Build-Ordner, eine eingefrorene Ausgabe, ihre Adresse oder ein Abzug, dessen Name"
            " auf .nt, .nq, .ttl, .trig, .rdf oder .jsonld endet, mit .gz dahinter oder ohne",
        )
    return Dump(str(path), path, suffix)


def _in_folder(folder: Path) -> Dump:
    sums = read_sums(whole_file(folder / SUMS_FILE), str(folder / SUMS_FILE)) if (folder / SUMS_FILE).exists() else {}
    dump = _dump_in(sums, str(folder))
    check_digest(folder / dump, sums[dump], str(folder / dump))
    facts = _facts(whole_file(folder / BUILD_INVENTORY)) if (folder / BUILD_INVENTORY).is_file() else {}
    vocabulary = folder / VOCABULARY_FILE if VOCABULARY_FILE in sums else None
    if vocabulary:
        check_digest(vocabulary, sums[VOCABULARY_FILE], str(vocabulary))
    suffix = dump_suffix(dump)
    return Dump(str(folder), folder / dump, suffix, facts.get("baseIri", ""), facts.get("version", ""), vocabulary)


def _dump_in(sums: Mapping[str, str], name: str) -> str:
    """Return the dump that a folder called *name* lists."""
    found = next((f"{DUMP_STEM}{suffix}" for suffix in _ORDER if f"{DUMP_STEM}{suffix}" in sums), None)
    if found is None:
        raise BrokenInput(
            f"{name}: expected a {SUMS_FILE} that lists {DUMP_STEM}.nt, as a build writes it; found none – name the"
            " folder of a build or of a frozen release",
            f"{name}: erwartet {SUMS_FILE} mit {DUMP_STEM}.nt, wie ein Build sie schreibt; nichts dergleichen gefunden"
            " – nennen Sie den Ordner eines Builds oder einer eingefrorenen Ausgabe",
        )
    return found


def read_sums(data: bytes, name: str) -> dict[str, str]:
    """Return the digests by path that a list of digests holds, as ``sha256sum`` writes it."""
    found: dict[str, str] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        digest, _, path = line.partition("  ")
        if len(digest) != 64 or not path or not set(digest) <= set("0123456789abcdef"):
            raise BrokenInput(
                f"{name}:{number}: expected a SHA-256 digest, two spaces and a path, found '{line[:80]}'",
                f"{name}:{number}: erwartet eine SHA-256-Prüfsumme, zwei Leerzeichen und ein Pfad, gefunden"
                f" '{line[:80]}'",
            )
        found[path] = digest
    return found


def check_digest(path: Path, expected: str, name: str) -> None:
    """Raise BrokenInput when the file *path* is not there or has another SHA-256 than *expected*."""
    found = file_sha256(path, name)
    if found != expected:
        raise BrokenInput(
            f"{name}: expected the SHA-256 {expected[:12]}… that {SUMS_FILE} names, found {found[:12]}… – the file was"
            " changed or damaged; fetch or build it again",
            f"{name}: erwartet die SHA-256 {expected[:12]}… aus {SUMS_FILE}, gefunden {found[:12]}… – die Datei wurde"
            " verändert oder beschädigt; holen oder bauen Sie sie neu",
        )


def file_sha256(path: Path, name: str | None = None) -> str:
    """Return the SHA-256 of the file *path* in hexadecimal."""
    with opened(path, name) as stream:
        return hashlib.file_digest(cast(BufferedReader, stream), "sha256").hexdigest()


def _facts(data: bytes) -> dict[str, str]:
    """Return what an inventory says of base IRI and version; nothing where it is none."""
    facts = json_object(data)
    return {key: value for key, value in facts.items() if key in ("baseIri", "version") and isinstance(value, str)}


def polite(where: str, program: str) -> FetchPolicy:
    """Return how the address *where*, which the user has named, is asked."""
    return FetchPolicy(
        agent(program, WRITTEN_BASE), FETCH_TIMEOUT_S, tries=2, pause=0, named=frozenset([host_of(where)]), robots=False
    )


def _fetched(where: str, scratch: Path, program: str) -> Dump:
    with Fetcher(polite(where, program)) as fetcher:
        suffix = dump_suffix(where.partition("?")[0].partition("#")[0])
        if suffix:
            packed = PACKED if where.endswith(PACKED) else ""
            path = scratch / f"fetched-{len(list(scratch.iterdir()))}{suffix}{packed}"
            path.write_bytes(fetch_file(fetcher, where))
            return Dump(where, path, suffix)
        root = where if where.endswith("/") else f"{where}/"
        sums = read_sums(fetch_file(fetcher, root + SUMS_FILE), root + SUMS_FILE)
        dump = _dump_in(sums, where)
        path = scratch / f"fetched-{len(list(scratch.iterdir()))}{dump_suffix(dump)}"
        path.write_bytes(fetch_file(fetcher, root + dump))
        check_digest(path, sums[dump], root + dump)
        answer = fetcher.get(root + BUILD_INVENTORY, MOST_FETCHED)
        facts = _facts(answer.content) if answer.status == 200 else {}
        vocabulary = path.with_name(f"{path.name}.{VOCABULARY_FILE}") if VOCABULARY_FILE in sums else None
        if vocabulary:
            vocabulary.write_bytes(fetch_file(fetcher, root + VOCABULARY_FILE))
            check_digest(vocabulary, sums[VOCABULARY_FILE], root + VOCABULARY_FILE)
    return Dump(where, path, dump_suffix(dump), facts.get("baseIri", ""), facts.get("version", ""), vocabulary)


def fetch_file(fetcher: Fetcher, url: str) -> bytes:
    """Return the content of the file at *url*; raise BrokenInput where it is not there."""
    answer: HttpResponse = fetcher.get(url, MOST_FETCHED)
    if answer.status != 200:
        raise BrokenInput(
            f"{url}: expected a file, found HTTP {answer.status} – name the address of a build folder, of a frozen"
            " release or of a dump",
            f"{url}: erwartet eine Datei, gefunden HTTP {answer.status} – nennen Sie die Adresse eines Build-Ordners,"
            " einer eingefrorenen Ausgabe oder eines Abzugs",
        )
    return answer.content
