"""Keep what the finder tells of a publication, so that the next question need not read the whole of it.

What is kept is data in JSON: what is told of each record, and the register of municipalities in sections. It stands in
the user's cache beside the state of every file that it was made of – size, days of change, number – and of the program,
and is used while those are the same. A file that changed within the last seconds may change once more without a new
day, so nothing is kept of it, nor of a publication with links. What cannot be read, or is not the user's own, is made
anew; what cannot be written is not kept.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any
from zlib import crc32

from efa_lod import __version__
from efa_lod.io.files import write_whole
from efa_lod.io.user_cache import is_private, make_private, user_cache
from efa_lod.model.finder import Finder
from efa_lod.model.saved_places import SavedGazetteer, head_of, sections_of
from efa_lod.site.finder_answers import FinderAnswers

_READ = ("data", "data/states", "data/sources", "data/municipalities", "ontology", "shapes")
"""Folders of a publication with the files that an answer depends on."""
_PROGRAM = ("io", "model", "site")
"""Packages whose modules make the answers."""
_SETTLED_NS = 2_000_000_000
"""How long ago a file must have changed, in nanoseconds, that another change of it would have another time."""
_MOST_KEPT = 500
"""Most records of which answers are kept."""
_CHECK = 9
"""Bytes of the line with the checksum of all that follows."""


class DamagedIndex(ValueError):
    """What was kept is not as it was written; it is to be made anew."""


def kept_answers(state: str) -> FinderAnswers | None:
    """Return what was kept while the files were in that *state*, or None.

    Raise DamagedIndex, now or when it is asked, where it cannot be used.
    """
    folder = user_cache("finder")
    with suppress(OSError):
        if folder and is_private(folder):
            with (folder / _name(state)).open("rb") as stream:
                if not os.fstat(stream.fileno()).st_size:
                    raise DamagedIndex
                return _answers_in(mmap(stream.fileno(), 0, access=ACCESS_READ), state)
    return None


def keep_answers(known: FinderAnswers, state: str) -> None:
    """Keep what can be asked of a publication whose files were in that *state* before they were read."""
    folder, references = user_cache("finder"), dict.fromkeys([*known.find.names, *known.find.keys.values()])
    if folder is None or len(references) > _MOST_KEPT:
        return
    content = _content(known, {one: known.told(one) for one in references}, state)
    with suppress(OSError):
        if make_private(folder):
            write_whole(folder / _name(state), content)


def _name(state: str) -> str:
    """Return the name of the file for a publication: what comes later of the same one takes its place."""
    return f"{crc32(state.partition(chr(10))[0].encode()):08x}"


def _content(known: FinderAnswers, told: Mapping[str, Any], state: str) -> bytes:
    """Return the file: a checksum, a line of JSON with what each question needs, and the sections of the register.

    Each section has a checksum, too: a question reads few of them.
    """
    find, places = known.find, known.find.gazetteer
    body, found = b"", {}
    for name, section in sections_of(places) if places else ():
        written = _json(section)
        found[name] = (len(body), len(written), crc32(written))
        body += written
    finder = {"keys": find.keys, "words": find.words, "names": find.names}
    head = {"state": state, "finder": finder, "told": told, "baseIri": known.base_iri, "unread": list(known.unread)}
    first = _json({**head, "places": head_of(places) if places else None, "sections": found, "size": len(body)}) + b"\n"
    return b"%08x\n" % crc32(first) + first + body


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _answers_in(content: mmap, state: str) -> FinderAnswers | None:
    """Return what was kept in *content*; None where that is of another *state*."""
    begin = content.find(b"\n", _CHECK) + 1
    first = content[_CHECK:begin]
    if content[:_CHECK] != b"%08x\n" % crc32(first):
        raise DamagedIndex
    head = json.loads(first)
    if head["state"] != state:
        return None
    if begin + head["size"] != len(content):
        raise DamagedIndex

    def section(name: str) -> Any:
        start, length, check = head["sections"].get(name, (0, 0, 0))
        found = content[begin + start : begin + start + length]
        if crc32(found) != check:
            raise DamagedIndex
        return json.loads(found) if found else None

    places = SavedGazetteer(head["places"], section) if head["places"] else None
    return FinderAnswers(Finder(places, **head["finder"]), head["told"].__getitem__, head["baseIri"], head["unread"])


def state_of_files(folder: Path, base_iri: str | None) -> str | None:
    """Return what tells whether anything has changed that the answers are made of; None where nothing is to be kept."""
    program = Path(__file__).parents[1]
    lines = [f"{__version__} {base_iri} {folder.absolute()}"]
    latest = time.time_ns() - _SETTLED_NS
    for place in (*(folder / name for name in _READ), *(program / name for name in _PROGRAM)):
        if place.is_symlink():
            return None
        lines.append(place.name)
        for name, is_link, found in _files(place):
            if is_link or max(found.st_mtime_ns, found.st_ctime_ns) > latest:
                return None
            lines.append(f"{name} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}")
    return "\n".join(lines)


def _files(folder: Path) -> Iterator[tuple[str, bool, os.stat_result]]:
    """Yield the files of *folder*, if there is one, sorted by name, with whether each is a link, and its state."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if not entry.is_dir(follow_symlinks=False):
                yield entry.name, entry.is_symlink(), entry.stat(follow_symlinks=False)
