"""What may stand under a key of a record: one value or several, texts by language, things with keys of their own.

A record is read-only and made of what its file holds. Whether a value is a mapping is asked here and nowhere else above
this package, so that a value of another form is met in the same way everywhere: as if the key were not there.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

Thing = Mapping[str, Any]
"""What a record, or a part of one, says: values by the keys of the context."""


def is_mapping(value: object) -> TypeGuard[Thing]:
    """Return whether *value* is a mapping: a thing, or texts by language."""
    return isinstance(value, dict)


def mapping_of(value: object) -> Thing:
    """Return *value* if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """Return the values of a key, of which there may be none, one or a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def things_of(value: object) -> list[Thing]:
    """Return the things that stand under a key, not the references to others."""
    return [one for one in listed(value) if isinstance(one, dict)]


def inner_things(thing: Thing) -> Iterator[Thing]:
    """Yield the things with an identifier that stand in *thing* under any key, in their order."""
    for values in thing.values():
        yield from (one for one in listed(values) if isinstance(one, dict) and "id" in one)


def reference_of(value: object) -> Any:
    """Return the identifier of a thing that stands in a record, or the reference to one as it is."""
    return value["id"] if isinstance(value, dict) and "id" in value else value


def text_in(texts: object, language: str) -> str:
    """Return the one of *texts* (by language) in *language*, or an empty text."""
    return str(texts.get(language) or "") if isinstance(texts, dict) else ""


def best_texts(texts: object, language: str = "de") -> list[str]:
    """Return the texts by language in *language*, or else in the first that there is."""
    if not isinstance(texts, dict):
        return []
    return [str(one) for one in listed(texts.get(language, next(iter(texts.values()), "")))]
