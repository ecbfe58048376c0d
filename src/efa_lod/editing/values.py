"""The values of a record as texts, by thing and field: what a sheet or a form shows, and what edits are told from.

A value stands as the record writes it: a code by its name, a thing by its identifier. Several values of a field are
one on each line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.editing.fields import FormField, Section
from efa_lod.io.reading import Document
from efa_lod.model.record_values import is_mapping, listed, mapping_of, reference_of

FieldValues = dict[tuple[str, str], str]
"""The text of each field that has a value, by the identifier of the thing and the key of the field."""


@dataclass(frozen=True)
class SectionThing:
    """A thing of a *section*: its identifier *name*, what it says, and the *document* that describes it.

    *is_shared* says that other records may refer to the thing too.
    """

    section: Section
    name: str
    thing: Mapping[str, object]
    document: Document
    is_shared: bool


def record_parts(document: Document, beside: Sequence[Document], sections: Sequence[Section]) -> Iterator[SectionThing]:
    """Yield the things of the record *document* by section, in the order written.

    Those that it only refers to are taken from *beside*, the records that are shared; what is in none is left out.
    """
    shared = {str(one.value.get("id")): one for one in beside}
    for section in sections:
        for value in _at_path(document.value, section.path):
            if is_mapping(value):
                yield SectionThing(section, str(value.get("id")), value, document, False)
            elif (other := shared.get(str(value))) is not None:
                yield SectionThing(section, str(value), other.value, other, True)


def _at_path(thing: object, path: tuple[str, ...]) -> Iterator[object]:
    """Yield what *thing* has at the end of *path*."""
    if not path:
        yield thing
    elif is_mapping(thing) and path[0] in thing:
        inner = thing[path[0]]
        for one in inner if isinstance(inner, list) else [inner]:
            yield from _at_path(one, path[1:])


def record_values(document: Document, beside: Sequence[Document], sections: Sequence[Section]) -> FieldValues:
    """Return the text of each field that has a value, in the order of sections, things and fields."""
    return {
        (part.name, field.key): text
        for part in record_parts(document, beside, sections)
        for field in part.section.fields
        if (text := field_text(part.thing, field))
    }


def field_text(thing: Mapping[str, object], field: FormField) -> str:
    """Return the text of *field* for *thing*, empty where it has no value."""
    value = thing.get(field.name)
    if field.language:
        value = mapping_of(value).get(field.language)
    return "\n".join(str(reference_of(one)) for one in listed(value) if one is not None)
