"""Identifiers of things that are added, made by the rule by which those of their kind are made.

A part of a record is called after its kind and its name: ``state/sh#contact-itvsh``. A thing that records share has an
address of its own: ``marketplace/ozg-shop-sh``. Which of both, of which type, and in which file, is as it is for the
things that stand at the same place in other records.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from efa_lod.editing.texts_at_hand import TextsAtHand
from efa_lod.io.messages import Messages
from efa_lod.model.record_values import is_mapping, things_of

_MESSAGES = Messages(__file__, "edits")
_LONGEST = 40
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class ThingPattern:
    """What things at *path* of records are like: their *type*, the *start* of their identifiers, and their *file*.

    *file* is empty where they are parts of the record.
    """

    path: tuple[str, ...]
    type: object
    start: str
    file: str

    @property
    def is_shared(self) -> bool:
        """Return True if they are described in a file that records share."""
        return self.file != ""

    @staticmethod
    def of(texts: TextsAtHand, kind: str) -> "ThingPattern":
        """Return what things of the section *kind*, such as ``reuse.contacts``, are like in most records."""
        path = tuple(kind.split("."))
        found = [
            one for file in texts.files for document in texts.documents(file) for one in at_path(document.value, path)
        ]
        if not found:
            raise _MESSAGES.broken("no-kind", kind)
        nested = things_of(found)
        if nested:
            names = Counter(str(one.get("id")).partition("#")[2].partition("-")[0] for one in nested)
            return ThingPattern(path, _most_common([one.get("type") for one in nested]), names.most_common(1)[0][0], "")
        place = texts.place_of(str(found[0]))
        if "#" in str(found[0]):  # a part that stands elsewhere in its record
            fragment = str(found[0]).partition("#")[2].partition("-")[0]
            return ThingPattern(path, texts.value_at(place).get("type"), fragment, "")
        start = Counter(str(one).rpartition("/")[0] for one in found).most_common(1)[0][0]
        return ThingPattern(path, texts.value_at(place).get("type"), start, place.file)


def at_path(value: object, path: tuple[str, ...]) -> Iterator[object]:
    """Yield what *value* has at the end of *path*, each member of a list by itself."""
    for one in value if isinstance(value, list) else [value]:
        if not path:
            yield one
        elif is_mapping(one) and path[0] in one:
            yield from at_path(one[path[0]], path[1:])


def identifier_for(texts: TextsAtHand, pattern: ThingPattern, state: str, name: str) -> str:
    """Return an identifier that no thing has or had, for a thing called *name* in the record *state*."""
    slug = identifier_slug(name) or "new"
    start = f"{pattern.start}/" if pattern.is_shared else f"{state}#{pattern.start}-"
    known = texts.known_identifiers()
    tries = (f"{start}{slug}{suffix}" for suffix in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(one for one in tries if one not in known)


def identifier_slug(name: str) -> str:
    """Return *name* in small letters, digits and hyphens, cut between words."""
    text = unicodedata.normalize("NFC", name).lower().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    made = ""
    for word in words:
        if made and len(made) + 1 + len(word) > _LONGEST:
            break
        made += f"-{word}" if made else word[:_LONGEST]
    return made


def _most_common(values: list[object]) -> object:
    return max(values, key=values.count)
