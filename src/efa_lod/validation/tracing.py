"""The way back from RDF to what a person wrote: from a focus node and a property to file, line, key and value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from efa_lod.io.reading import Document, KeyPath, Place
from efa_lod.model.context import RDF_TYPE, Context
from efa_lod.model.record_values import Thing, is_mapping
from efa_lod.model.records import key_text, things


class ResultLocation(NamedTuple):
    """Where a result stands: the place, the way to it in keys, and the value as it is written there."""

    place: Place
    key: str
    found: str


class Locate(Protocol):
    """Find the place of what *focus* has for the property *path* (``^`` marks an inverse one), or of *focus* itself."""

    def __call__(self, focus: str, path: str | None, value: str | None) -> ResultLocation:
        """Return the place of *value*; without a value, the place where one is missing."""
        ...


def in_rdf_file(name: str, context: Context) -> Locate:
    """Return the way back to an RDF file, of which only the *name* is known; IRIs are shortened."""

    def locate(focus: str, path: str | None, value: str | None) -> ResultLocation:
        subject = context.compact(focus)
        key = f"{subject} {context.compact(path)}" if path else subject
        return ResultLocation(Place(name), key, "" if value in (None, focus) else context.compact(str(value)))

    return locate


@dataclass(frozen=True)
class _Origin:
    """Where a thing is described: its document, the way to it, and the mapping itself."""

    document: Document
    path: KeyPath
    thing: Thing


class Trace:
    """The way back from RDF to the records: from a focus node and a property to file, line and key."""

    def __init__(self, documents: Sequence[Document], context: Context) -> None:
        self._documents = documents
        self._context = context
        self._paths = {document.place.path for document in documents}
        self._origins: dict[str, _Origin] | None = None

    @property
    def origins(self) -> dict[str, _Origin]:
        """Return where each thing is described, by IRI; found when first asked for."""
        if self._origins is None:
            self._origins = {
                self._context.resolve(thing["id"]): _Origin(document, path, thing)
                for document in self._documents
                for path, thing in things(document, self._context)
            }
        return self._origins

    def __contains__(self, place: Place) -> bool:
        """Return whether *place* is in one of the records."""
        return place.path in self._paths

    def locate(self, focus: str, path: str | None, value: str | None) -> ResultLocation:
        """Return where *focus* has *value* for the property *path*, or what comes nearest to that."""
        found = "" if value in (None, focus) else self._context.compact(str(value))
        origin = self.origins.get(focus)
        if origin is None:
            return self._elsewhere(focus, path, value, found)
        way = origin.path
        if name := self._key_for(origin.thing, path) or self._key_of(origin.thing, value):
            held = origin.thing.get(name)
            step = self._step(held, name, value)
            way = (*way, name, *step)
            written = held[step[0]] if held and step else held
            found = written if found and isinstance(written, str) else found
        return ResultLocation(origin.document.place_of(way), key_text(way), found)

    def _elsewhere(self, focus: str, path: str | None, value: str | None, found: str) -> ResultLocation:
        """Return the place for a *focus* that no record describes: a class, or a code that picks what it marks."""
        if value in self.origins:
            return self.locate(str(value), None, None)
        for iri, origin in self.origins.items():
            if focus in origin.thing.values():
                key = self._key_of(origin.thing, value)
                way = (*origin.path, key) if key else origin.path
                return ResultLocation(origin.document.place_of(way), key_text(way), found or self._context.compact(iri))
        return ResultLocation(Place("data"), self._context.compact(focus), found)

    def _key_for(self, thing: Thing, path: str | None) -> str | None:
        """Return the key for property *path*: the one that *thing* has, else the first that the context has."""
        if path is None:
            return None
        if path == RDF_TYPE:
            return "type"
        keys = [key.name for key in self._context.keys.values() if path == ("^" if key.reverse else "") + key.iri]
        return next((name for name in keys if name in thing), keys[0] if keys else None)

    def _key_of(self, thing: Thing, value: str | None) -> str | None:
        """Return the key under which *thing* has the text *value*, for a path that is no single property."""
        return next((key for key, held in thing.items() if held == value), None)

    def _step(self, held: object, name: str, value: str | None) -> KeyPath:
        """Return the step from the key *name* to *value* among what is *held* there: a position, a language or none."""
        if is_mapping(held):
            return next(((tag,) for tag, text in held.items() if text == value), ())
        if isinstance(held, list) and value is not None:
            return next(((i,) for i, member in enumerate(held) if value in self._meanings(member, name)), ())
        return ()

    def _meanings(self, member: Any, name: str) -> set[str]:
        """Return the IRIs or texts that *member* of the list under the key *name* may mean."""
        if is_mapping(member):
            return {self._context.resolve(member["id"])}
        key = self._context.keys.get(name)
        return {member, self._context.resolve(member), (key.vocabulary if key else "") + member}
