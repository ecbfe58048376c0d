"""Who said what a person adds to a record, when and by which sheet: an addition beside what the page says."""

from collections.abc import Mapping
from dataclasses import dataclass

from efa_lod.editing.texts_at_hand import TextsAtHand, ThingPlace
from efa_lod.io.documents import KeyPath
from efa_lod.io.messages import Messages
from efa_lod.model.context import Context, Key
from efa_lod.model.origins import EDITED_KEYS, added_value, is_concept
from efa_lod.model.record_values import Thing, is_mapping, mapping_of, reference_of, things_of
from efa_lod.model.removals import REMOVALS
from efa_lod.model.settings_check import is_date

_MESSAGES = Messages(__file__, "edits")


@dataclass(frozen=True)
class Provenance:
    """The office or role *by* which something was stated – never a person –, on which *day*, and how.

    *by* is its German name, *by_english* the English one, if it has one. *sheet* is the name of the workbook, empty for
    the form. *confidence* is ``high`` or ``medium``.
    """

    by: str
    day: str
    sheet: str = ""
    confidence: str = "high"
    by_english: str = ""

    def __post_init__(self) -> None:
        if not is_date(self.day):
            raise _MESSAGES.unusable("no-day", found=self.day)
        if not self.by.strip():
            raise _MESSAGES.unusable("nobody")

    def evidence(self) -> dict[str, object]:
        """Return what an addition says of it."""
        english, german = _MESSAGES("in-sheet" if self.sheet else "in-form", sheet=self.sheet)
        english_name = self.by_english.strip()
        return {
            "statedBy": {"de": self.by.strip()} | ({"en": english_name} if english_name else {}),
            "foundOn": self.day,
            "confidence": self.confidence,
            "finding": {"de": german, "en": english},
        }


def is_taken_away(held: object, fresh: object) -> bool:
    """Return whether *fresh* has fewer values than were *held*."""
    before, after = (one if isinstance(one, list) else [] if one is None else [one] for one in (held, fresh))
    return len(after) < len(before)


def note_removal(
    texts: TextsAtHand,
    thing: str,
    provenance: Provenance,
    record: str = "",
    reason: Mapping[str, str] | None = None,
    key: str = "",
) -> None:
    """Keep who had *thing* taken out of *record*, or a value of its *key*, when and by which sheet.

    What was taken away is not repeated: it may be what must not be published.
    """
    said = {name: value for name, value in provenance.evidence().items() if name in ("statedBy", "finding")}
    about = {"thing": thing, **({"key": key} if key else {}), **({"record": record} if record else {})}
    texts.append(
        ThingPlace(REMOVALS, 0, ()),
        ("removals",),
        {**about, "date": provenance.day, **said, **({"reason": dict(reason)} if reason else {})},
    )


def with_additions(
    texts: TextsAtHand, thing: str, way: KeyPath, held: object, fresh: object, provenance: Provenance, context: Context
) -> None:
    """Add to *thing* who stated what is *fresh* under the key at *way*, where something else was *held*.

    An addition that supports what is gone is put in its place, or goes too.
    """
    key = context.keys[str(way[0])]
    if key.name in EDITED_KEYS or key.iri not in texts.addable:
        return  # the editors' own words, and what no addition speaks of
    language = str(way[1]) if len(way) > 1 else ""
    before = [] if held is None else held if isinstance(held, list) else [held]
    after = [] if fresh is None else fresh if isinstance(fresh, list) else [fresh]
    gone = [one for one in before if one not in after]
    for value in (one for one in after if one not in before):
        old = next((one for one in gone if _addition_of(texts, thing, key, one, language) is not None), None)
        if old is not None:
            gone.remove(old)
            _replace(texts, thing, key, old, value, language, provenance)
        else:
            texts.append(
                texts.place_of(thing), ("additions",), _addition(texts, thing, key, value, language, provenance)
            )
    for value in gone:
        at = _addition_of(texts, thing, key, value, language)
        if at is not None:
            entry = _additions(texts, thing)[at]
            texts.put(texts.place_of(thing), ("additions", at), None)
            texts.withdraw([str(entry.get("id"))], _reason(), provenance.day)


def with_origin(
    texts: TextsAtHand,
    holder: ThingPlace,
    way: tuple[str, ...],
    new: Mapping[str, object],
    provenance: Provenance | None,
) -> dict[str, object]:
    """Return the thing *new* with its origin: an addition to what holds it at *way* of the record at *holder*."""
    if provenance is None:
        return dict(new)
    record = texts.value_at(holder)
    outer: object = record
    for step in way[:-1]:
        outer = mapping_of(outer).get(step)
    if not is_mapping(outer) or "id" not in outer:
        raise _MESSAGES.broken("no-holder", str(record.get("id")), way=".".join(way))
    key = texts.context.keys[way[-1]]
    made = _addition(texts, str(outer["id"]), key, str(new["id"]), "", provenance, name=str(new["id"]))
    texts.append(texts.place_of(str(outer["id"])), ("additions",), made)
    return {**new, "origin": made["id"]}


def _addition(
    texts: TextsAtHand, thing: str, key: Key, value: object, language: str, provenance: Provenance, name: str = ""
) -> dict[str, object]:
    """Return an addition that supports *value*, with an identifier that no other has."""
    start = f"{thing}-" if "#" in thing else f"{thing}#"
    last = (
        name.rpartition("#")[2].rpartition("/")[2] if name else key.name.lower() + (f"-{language}" if language else "")
    )
    known = texts.known_identifiers()
    tries = (f"{start}{last}{suffix}" for suffix in ("", *(f"-{n}" for n in range(2, 1000))))
    identifier = next(one for one in tries if one not in known)
    said = _stated(texts.context, key, value, language)
    return {"id": identifier, "type": "Addition", "property": key.name, **said, **provenance.evidence()}


def _stated(context: Context, key: Key, value: object, language: str) -> dict[str, object]:
    """Return *value* as an addition states it; a concept of our own has the prefix by which it is known again."""
    if language:
        return {"words": {language: value}}
    if key.form == "code":
        iri = key.vocabulary + str(value)
        short = context.compact(iri)
        return {"value": short if short.startswith("efa:") else iri}
    if key.form == "iri":
        return {"value": reference_of(value)}
    return {"text": value}


def _replace(
    texts: TextsAtHand, thing: str, key: Key, old: object, value: object, language: str, provenance: Provenance
) -> None:
    """Let the addition that supports *old* support *value*."""
    at = _addition_of(texts, thing, key, old, language)
    assert at is not None  # it was looked for before
    entry = dict(_additions(texts, thing)[at])
    kept = {name: held for name, held in entry.items() if name in ("id", "type", "property")}
    texts.put(
        texts.place_of(thing),
        ("additions", at),
        {**kept, **_stated(texts.context, key, value, language), **provenance.evidence()},
    )


def _addition_of(texts: TextsAtHand, thing: str, key: Key, value: object, language: str) -> int | None:
    """Return the number of the addition to *thing* that supports *value*, or None where there is none."""
    for at, one in enumerate(_additions(texts, thing)):
        if one.get("property") == key.name and _supports(added_value(one), value, language):
            return at
    return None


def _supports(added: object, value: object, language: str) -> bool:
    if language:
        return bool(mapping_of(added).get(language) == value)
    plain = reference_of(value)
    return bool(added == plain) or is_concept(added, str(plain))


def _additions(texts: TextsAtHand, thing: str) -> list[Thing]:
    return things_of(texts.value_at(texts.place_of(thing)).get("additions"))


def _reason() -> dict[str, str]:
    english, german = _MESSAGES("other-value")
    return {"de": german, "en": english}
