"""The texts of a publication's files while they are edited: where each thing stands, and what has changed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any

from efa_lod.io.files import whole_file
from efa_lod.io.messages import Messages
from efa_lod.io.reading import MAX_BYTES, Document, KeyPath, read_yaml
from efa_lod.io.yaml_edits import with_document, with_item, with_value, without_document
from efa_lod.model.context import Context, read_context
from efa_lod.model.publication import Publication
from efa_lod.model.records import things
from efa_lod.model.withdrawals import WITHDRAWN, published_iris, withdrawals
from efa_lod.validation.key_rules import KeyRules

SETTINGS_FILE_NAME = "data/publication.yaml"
_MESSAGES = Messages(__file__, "edits")


@dataclass(frozen=True)
class ThingPlace:
    """Where a thing stands: the *file* by its name in the publication, the number of the *document*, the *path*."""

    file: str
    document: int
    path: KeyPath


@dataclass
class TextsAtHand:
    """The files of records of *publication* as texts, those that were edited as they are now."""

    publication: Publication
    rules: KeyRules | None = None
    """What the shapes ask of each key, where it has been read before."""
    _texts: dict[str, str] = field(default_factory=dict)
    _first: dict[str, str] = field(default_factory=dict)
    _documents: dict[str, list[Document]] = field(default_factory=dict)

    added: list[str] = field(default_factory=list)
    """The identifiers that further things have got, in their order."""

    def __post_init__(self) -> None:
        self.context: Context = read_context(self.publication)
        every = [*self.publication.state_files, *self.publication.shared_files]
        self.files = [self.publication.name_of(file) for file in every if file.suffix in (".yaml", ".yml")]

    def text(self, file: str) -> str:
        """Return the text of *file* as it is now; empty where there is no such file."""
        if file not in self._texts:
            self._texts[file] = self._first[file] = text_of_file(self.publication, file)
        return self._texts[file]

    def documents(self, file: str) -> list[Document]:
        """Return the documents of *file* as they are now."""
        if file not in self._documents:
            self._documents[file] = list(read_yaml(BytesIO(self.text(file).encode()), file))
        return self._documents[file]

    @cached_property
    def addable(self) -> frozenset[str]:
        """Return the properties that an addition may speak of; a field that is new is none, and needs no evidence."""
        rules = self.rules or KeyRules(self.publication, self.context)
        return frozenset(rules.of_type("Addition")["property"].values)

    @property
    def first_texts(self) -> Mapping[str, str]:
        """Return the texts of the files as they were read."""
        return self._first

    def is_shared_file(self, file: str) -> bool:
        """Return True if *file* is one of things that records share."""
        return file in {self.publication.name_of(one) for one in self.publication.shared_files}

    def changed(self) -> dict[str, str]:
        """Return the texts that are other than they were."""
        return {file: text for file, text in self._texts.items() if text != self._first[file]}

    def place_of(self, thing: str) -> ThingPlace:
        """Return where *thing* is described; raise BrokenInput where it is not."""
        iri = self.context.resolve(thing)
        for file in self.files:
            if thing.partition("#")[0] in self.text(file):
                for number, document in enumerate(self.documents(file)):
                    for path, one in things(document, self.context):
                        if isinstance(one.get("id"), str) and self.context.resolve(one["id"]) == iri:
                            return ThingPlace(file, number, path)
        raise _MESSAGES.broken("no-thing", thing)

    def value_at(self, place: ThingPlace) -> Mapping[str, object]:
        """Return the thing at *place*."""
        value: Any = self.documents(place.file)[place.document].value
        for step in place.path:
            value = value[step]
        return dict(value)

    def put(self, place: ThingPlace, way: KeyPath, value: object) -> None:
        """Put *value* at *way* below *place*; None takes away what is there."""
        text = with_value(self.text(place.file), (*place.path, *way), value, place.document, place.file)
        self._take(place.file, text)

    def append(self, place: ThingPlace, way: KeyPath, value: object) -> None:
        """Add *value* to what stands at *way* below *place*."""
        text = with_item(self.text(place.file), (*place.path, *way), value, place.document, place.file)
        self._take(place.file, text)

    def add_document(self, file: str, thing: Mapping[str, object]) -> None:
        """Describe a further *thing* at the end of *file*, under the same context as the others."""
        context = next((one.value.get("@context") for one in self.documents(file)), "../ontology/context.jsonld")
        self._take(file, with_document(self.text(file), {"@context": context, **thing}, file))

    def remove_document(self, place: ThingPlace) -> None:
        """Take the document at *place* out of its file."""
        self._take(place.file, without_document(self.text(place.file), place.document, place.file))

    def _take(self, file: str, text: str) -> None:
        self._texts[file] = text
        self._documents.pop(file, None)

    def identifiers_in(self, place: ThingPlace) -> Iterator[str]:
        """Yield the identifiers of the thing at *place* and of what is nested in it."""
        document = self.documents(place.file)[place.document]
        for path, thing in things(document, self.context):
            if path[: len(place.path)] == place.path:
                yield str(thing.get("id"))

    def known_identifiers(self) -> set[str]:
        """Return all identifiers that are or were in use."""
        every = (document for file in self.files for document in self.documents(file))
        used = {str(thing.get("id")) for document in every for _, thing in things(document, self.context)}
        gone = {one.iri for one in withdrawals(self.publication)}
        return used | gone | set(published_iris(self.publication))

    def referring_records(self, thing: str) -> set[str]:
        """Return the identifiers of the records, other than its own, in which *thing* is referred to."""
        found = set()
        for file in self.files:
            for document in self.documents(file):
                if document.value.get("id") != thing and any(True for _ in self._references(document, {thing})):
                    found.add(str(document.value.get("id")))
        return found

    def drop_references(self, place: ThingPlace, gone: Collection[str]) -> None:
        """Take references to the things *gone* out of the document at *place*, with additions that support them."""
        while True:
            document = self.documents(place.file)[place.document]
            way = next(self._references(document, gone), None)
            if way is None:
                return
            self.put(ThingPlace(place.file, place.document, ()), way, None)

    def _references(self, document: Document, gone: Collection[str]) -> Iterator[KeyPath]:
        """Yield where *document* refers to one of *gone*; of an addition that supports it, where the addition is."""
        iris = {self.context.resolve(one) for one in gone}
        for path, thing in things(document, self.context):
            for name, value in thing.items():
                key = self.context.keys.get(name)
                if key is None or key.form != "iri":
                    continue
                many = enumerate(value) if isinstance(value, list) else [(None, value)]
                for at, one in many:
                    if isinstance(one, str) and self.context.resolve(one) in iris:
                        way = (*path, name) if at is None else (*path, name, at)
                        yield path if thing.get("type") == "Addition" and name == "value" else way

    def withdraw(self, gone: Collection[str], reason: Mapping[str, str], day: str) -> None:
        """Name those of *gone* as withdrawn that were published, with *reason*, and those without a list of them."""
        published = set(published_iris(self.publication))
        for one in gone:
            if published and one not in published:
                continue
            is_part = "#" in one
            entry = {"id": one, **({} if is_part or not day else {"date": day})}
            place = ThingPlace(WITHDRAWN if is_part else SETTINGS_FILE_NAME, 0, ())
            self.append(place, ("withdrawn",), {**entry, **({"reason": dict(reason)} if reason else {})})


def text_of_file(publication: Publication, name: str) -> str:
    """Return the text of the file *name* of *publication*, empty where there is none; line ends stay as they are."""
    path = publication.folder / name
    data = whole_file(path, name, MAX_BYTES) if path.exists() else b""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _MESSAGES.broken("not-utf8", name) from error
