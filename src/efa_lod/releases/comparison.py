"""Compare two dumps as sets of statements in bounded memory: what was removed, and what was added."""

import filecmp
import hashlib
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from efa_lod.errors import BadSetting, BrokenInput
from efa_lod.io.line_sets import SortedLines, differing, read_lines
from efa_lod.releases.sources import Dump, find_dump
from efa_lod.releases.statement_lines import statement_lines


@dataclass(frozen=True)
class LineFile:
    """Lines in the file *path*, *count* of them; they can be read again and again."""

    path: Path
    count: int

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines without their ends, in order."""
        return read_lines(self.path)


@dataclass(frozen=True)
class Comparison:
    """Two sets of statements, *old* and *new*, and what only one of them holds; all are ordered lines of N-Triples.

    *vocabularies* are the files with the digests of terms, shapes and named queries, where both sides have them.
    """

    old: Iterable[bytes]
    new: Iterable[bytes]
    removed: Iterable[bytes]
    added: Iterable[bytes]
    is_same: bool
    vocabularies: tuple[Path, Path] | None = None


def content_digest(lines: Iterable[bytes]) -> str:
    """Return the SHA-256 of ordered *lines*: the same for the same statements, whatever file they stood in."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line + b"\n")
    return digest.hexdigest()


@contextmanager
def compared_dumps(old: str, new: str, program: str) -> Iterator[Comparison]:
    """Yield the comparison of the dumps that *old* and *new* name; its files last as long as the block.

    Raise BrokenInput for what cannot be read, or cannot be compared since it was built under another base IRI.
    """
    with TemporaryDirectory(prefix="efa-lod-") as folder:
        scratch = Path(folder)
        before, after = find_dump(old, scratch, program), find_dump(new, scratch, program)
        refuse_another_base(before, after)
        lines = sorted_statements(before, scratch)
        if before.suffix == after.suffix and filecmp.cmp(before.path, after.path, shallow=False):
            found = Comparison(lines, lines, (), (), is_same=True)
        else:
            found = compared_lines(lines, sorted_statements(after, scratch), scratch)
        both = (before.vocabulary, after.vocabulary) if before.vocabulary and after.vocabulary else None
        yield replace(found, vocabularies=both)


def dump_lines(where: str, program: str) -> list[bytes]:
    """Return the statements of the dump that *where* names, in order; *program* is the version of this program."""
    with TemporaryDirectory(prefix="efa-lod-") as folder:
        return list(sorted_statements(find_dump(where, Path(folder), program), Path(folder)))


def refuse_another_base(before: Dump, after: Dump) -> None:
    """Raise BrokenInput when two dumps are known to be of publications under different base IRIs."""
    if before.base_iri and after.base_iri and before.base_iri != after.base_iri:
        raise BrokenInput(
            f"{after.name}: expected the base IRI {before.base_iri} of {before.name}, found {after.base_iri} – every"
            " IRI would have changed; build one of them with --base-iri",
            f"{after.name}: erwartet die Basis-IRI {before.base_iri} von {before.name}, gefunden {after.base_iri} –"
            " jede IRI wäre geändert; bauen Sie eines von beiden mit --base-iri",
        )


def sorted_statements(dump: Dump, scratch: Path) -> SortedLines:
    """Return the statements of *dump* in order; raise BrokenInput when there is none."""
    lines = SortedLines(statement_lines(dump.path, dump.name, dump.suffix), scratch)
    if next(iter(lines), None) is None:
        raise BrokenInput(
            f"{dump.name}: expected statements, found none – an empty file is no dump",
            f"{dump.name}: erwartet Aussagen, gefunden keine – eine leere Datei ist kein Abzug",
        )
    return lines


def compared_lines(old: Iterable[bytes], new: Iterable[bytes], scratch: Path) -> Comparison:
    """Return the comparison of two ordered sets of lines; what differs is written to the folder *scratch*."""
    paths = scratch / "removed.nt", scratch / "added.nt"
    counts = [0, 0]
    with paths[0].open("wb") as removed, paths[1].open("wb") as added:
        streams = removed, added
        for is_new, line in differing(old, new):
            streams[is_new].write(line + b"\n")
            counts[is_new] += 1
    gone, come = (LineFile(path, count) for path, count in zip(paths, counts, strict=True))
    return Comparison(old, new, gone, come, is_same=not any(counts))


def about(subjects: Set[bytes], lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield those of *lines* that speak of *subjects*, IRIs in angle brackets."""
    return (line for line in lines if line[: line.index(b" ")] in subjects)


def split_line(line: bytes) -> tuple[str, str, str]:
    """Return subject, predicate and object of a line as N-Triples writes them."""
    subject, predicate, rest = line.decode().split(" ", 2)
    return subject, predicate, rest[:-2]


def refuse_two_standard_inputs(old: str, new: str) -> None:
    """Raise BadSetting where a dump should come from standard input, whose syntax nobody knows."""
    if "-" in (old, new):
        raise BadSetting(
            "-: a dump is compared by its name, which tells the syntax – write it to a file first",
            "-: ein Abzug wird an seinem Namen erkannt, der die Syntax nennt – schreiben Sie ihn erst in eine Datei",
        )
