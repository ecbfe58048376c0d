"""Put changes into words for people: one sentence for each, in German and English, with names from before and after.

The nouns stand in ``texts/properties.toml``; what is not in that table is called by its label in the ontology. No
sentence holds an e-mail address or a telephone number, be it old or new: what is removed one day must not live on in a
feed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from efa_lod.io.messages import TextTable, text_table
from efa_lod.model.expansion import text_of
from efa_lod.model.languages import MONTHS
from efa_lod.releases.changes import Change, ChangeKind, ChangeList, iri_of_term

TONGUES = ("de", "en")
_LONG = 140
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&*+/=?^_~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"(?<![\w/.:-])(?:\+|00?)[1-9][0-9]{0,4}[ /()-]{0,3}[0-9][0-9 /()-]{4,}[0-9]")
_HIDDEN = {"de": "(nicht genannt)", "en": "(not shown)"}
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})$")
_SENTENCES = {
    "de": {
        "created": "{thing}: Neu ist {kind}{name}.",
        "gone": "{thing}: Weggefallen ist {kind}{name}.",
        "created_whole": "{thing}: neu aufgenommen ({kind}).",
        "gone_whole": "{thing}: zurückgezogen ({kind}).",
        "added": "{thing}: {the}{name} hat jetzt {a}{values}.",
        "changed": "{thing}{part}: {noun} ist geändert{values}.",
        "removed": "{thing}: {the}{name} hat {no} mehr{values}.",
    },
    "en": {
        "created": "{thing}: {kind}{name} is new.",
        "gone": "{thing}: {kind}{name} is gone.",
        "created_whole": "{thing}: newly included ({kind}).",
        "gone_whole": "{thing}: withdrawn ({kind}).",
        "added": "{thing}: {the}{name} now has {a}{values}.",
        "changed": "{thing}: {noun}{part} has changed{values}.",
        "removed": "{thing}: {the}{name} no longer has {a}{values}.",
    },
}
_PART = {"de": ", {noun}{name}", "en": " of {the}{name}"}
_OTHER = {"de": ("die Angabe „{}“", "die Angabe „{}“"), "en": ("the entry “{}”", "the entry “{}”")}
_QUOTED = {"de": "„{}“", "en": "“{}”"}
_AT_REQUEST = {"de": " (auf Veranlassung: {office}, {day})", "en": " (at the request of: {office}, {day})"}
_WITH = {"de": ": jetzt {new}, vorher {old}", "en": ": now {new}, before {old}"}


@dataclass(frozen=True)
class Wording:
    """What terms are called: the table of nouns, and *labels* of the ontology by IRI and language, below *base_iri*."""

    base_iri: str
    labels: Mapping[str, Mapping[str, str]]

    def property_nouns(self, iri: str, language: str) -> tuple[str, str]:
        """Return what a property is called: with an indefinite article, and with a definite one."""
        entry = self._entry("properties", iri)
        if entry:
            return entry[language][0], entry[language][1]
        label = self.label(iri, language)
        return _OTHER[language][0].format(label), _OTHER[language][1].format(label)

    def class_nouns(self, iris: Iterable[str], language: str) -> tuple[str, str]:
        """Return what a thing of these classes is called: with a definite article, and with an indefinite one."""
        for iri in iris:
            if entry := self._entry("classes", iri):
                return entry[language][0], entry[language][1]
        label = next((self.label(iri, language) for iri in iris), "")
        return ("der Eintrag", label or "ein Eintrag") if language == "de" else ("the entry", label or "an entry")

    def term_name(self, iri: str, language: str) -> str:
        """Return what a term is called without an article: its noun if it is a property of the table, or its label."""
        entry = self._entry("properties", iri)
        return entry[language][1].partition(" ")[2] if entry else self.label(iri, language)

    def is_private(self, iri: str) -> bool:
        """Return True if values of the property must not be printed."""
        return bool((self._entry("properties", iri) or {}).get("private"))

    def is_quiet(self, iri: str) -> bool:
        """Return True if the property is told only where nothing else has changed."""
        return bool((self._entry("properties", iri) or {}).get("quiet"))

    def label(self, iri: str, language: str) -> str:
        """Return the label of a term in the ontology, or the end of its IRI."""
        names = self.labels.get(iri, {})
        return names.get(language) or next(iter(names.values()), "") or re.split(r"[#/]", iri.rstrip("#/"))[-1] or iri

    def _entry(self, part: str, iri: str) -> TextTable | None:
        own = f"{self.base_iri}ontology#"
        name = f"efa:{iri[len(own) :]}" if iri.startswith(own) else iri
        return _table()[part].get(name)


@cache
def _table() -> Mapping[str, Mapping[str, TextTable]]:
    return text_table(__file__, "properties")


def ontology_labels(triples: Iterable[ox.Triple]) -> dict[str, dict[str, str]]:
    """Return the labels of terms by IRI and language that *triples* give."""
    found: dict[str, dict[str, str]] = {}
    for triple in triples:
        is_label = triple.predicate.value.endswith(("#prefLabel", "#label"))
        if is_label and isinstance(triple.object, ox.Literal) and isinstance(triple.subject, ox.NamedNode):
            found.setdefault(triple.subject.value, {})[triple.object.language or "de"] = triple.object.value
    return found


def told_changes(changes: Sequence[Change], listed: ChangeList, wording: Wording) -> list[Change]:
    """Return those *changes* of one thing that sentences tell: without what follows from others of them.

    The parts of a thing that is new or gone as a whole, the links to parts that are new or gone, and properties of
    bookkeeping beside others are left out.
    """
    whole = {one.subject for one in changes if one.kind in (ChangeKind.CREATED, ChangeKind.GONE)}
    if changes and changes[0].thing in whole:
        return [one for one in changes if one.subject == one.thing]
    loud = [one for one in changes if not _follows(one, whole) and not wording.is_quiet(one.predicate)]
    return loud or list(changes)


def _follows(change: Change, whole: set[str]) -> bool:
    """Return True if all that *change* says is that a part is new or gone, which is told of the part."""
    values = (*change.old, *change.new)
    return bool(values) and all(iri_of_term(value) in whole for value in values)


def sentence(change: Change, listed: ChangeList, wording: Wording, language: str) -> str:
    """Return what a person is told about *change* in *language* (de or en), with who asked for it if that is known."""
    told, request = _sentence(change, listed, wording, language), listed.request_of(change)
    if request is None:
        return told
    office = shortened(request.office.get(language) or next(iter(request.office.values())), language)
    asked = _AT_REQUEST[language].format(office=office, day=_day_text(request.day, language))
    return f"{told.removesuffix('.')}{asked}."


def _sentence(change: Change, listed: ChangeList, wording: Wording, language: str) -> str:
    the, kind = wording.class_nouns(listed.types_of(change.subject), language)
    is_part = change.subject != change.thing
    name = called(change.subject, listed, wording, language) if is_part else ""
    if _is_the_only_one(change.subject, listed):
        name = ""
    values = {
        "thing": called(change.thing, listed, wording, language),
        "kind": kind,
        "the": _capital(the) if language == "de" else the,
        "name": _after(the, name),
    }
    if not change.predicate:
        form = change.kind.value + ("" if is_part else "_whole")
        return _SENTENCES[language][form].format(**values)
    indefinite, definite = wording.property_nouns(change.predicate, language)
    if change.language and change.language != language:
        tongue = _tongue(change.language, language)
        indefinite, definite = f"{indefinite} {tongue}", f"{definite} {tongue}"
    part = _PART[language].format(the=the, noun=the.partition(" ")[2], name=values["name"]) if is_part else ""
    noun = _capital(definite) if language == "de" else definite
    values |= {
        "a": indefinite,
        "no": f"k{indefinite}" if indefinite.startswith("ein") else f"{indefinite} nicht",
        "noun": noun,
        "part": part,
        "values": _values(change, listed, wording, language),
    }
    return _SENTENCES[language][change.kind.value].format(**values)


def _after(noun: str, name: str) -> str:
    """Return *name* as it follows *noun*; a word that ends the one and begins the other is written once."""
    first, _, rest = name.partition(" ")
    follows = rest if first and first.casefold() == noun.rpartition(" ")[2].casefold() else name
    return f" {follows}" if follows else ""


def _is_the_only_one(iri: str, listed: ChangeList) -> bool:
    """Return True if a part needs no name beside what it is, as the record of a state: its IRI ends in one word."""
    fragment = iri.partition("#")[2]
    return fragment.isalpha() and not listed.names_of(iri) and not listed.topic_of(iri)


def _tongue(tag: str, language: str) -> str:
    names = {"de": {"de": "auf Deutsch", "en": "auf Englisch"}, "en": {"de": "in German", "en": "in English"}}
    return names[language].get(tag, f"({tag})")


def without_thing(text: str, name: str) -> str:
    """Return a sentence without the *name* of the thing that it begins with, as a sentence of its own."""
    return _capital(text.removeprefix(f"{name}: ").removeprefix(f"{name}, "))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def called(iri: str, listed: ChangeList, wording: Wording, language: str) -> str:
    """Return what *iri* is called in *language*: its name, the topic that tells it from others, or the end of it."""
    names = listed.names_of(iri)
    if names:
        return shortened(names.get(language) or next(iter(names.values())), language)
    topic = listed.topic_of(iri)
    if topic:
        text = wording.term_name(iri_of_term(topic), language) if topic[:1] == "<" else text_of(topic)
        return _QUOTED[language].format(shortened(text, language))
    short = iri.removeprefix(wording.base_iri)
    return short.partition("#")[2] or short


def _values(change: Change, listed: ChangeList, wording: Wording, language: str) -> str:
    """Return the end of a sentence that gives the values, or nothing where they must not be printed."""
    if wording.is_private(change.predicate):
        return ""
    old, new = (
        ", ".join(value_text(term, listed, wording, language) for term in terms) for terms in (change.old, change.new)
    )
    if old and new:
        return _WITH[language].format(old=old, new=new)
    return f": {new or old}"


def value_text(term: str, listed: ChangeList, wording: Wording, language: str) -> str:
    """Return *term* as people read it: a text in quotes, a day in words, a thing by its name."""
    if term[:1] == "<":
        iri = iri_of_term(term)
        if iri in wording.labels:
            return _QUOTED[language].format(wording.label(iri, language))
        return called(iri, listed, wording, language) if listed.names_of(iri) or listed.topic_of(iri) else iri
    text = text_of(term)
    return _day_text(text, language) if _DAY.match(text) else _QUOTED[language].format(shortened(text, language))


def _day_text(text: str, language: str) -> str:
    """Return a day in words; what is none as it is."""
    found = _DAY.match(text)
    if not found or not 1 <= int(found[2]) <= 12:
        return text
    point = "." if language == "de" else ""
    return f"{int(found[3])}{point} {MONTHS[language][int(found[2]) - 1]} {found[1]}"


def shortened(text: str, language: str, most: int = _LONG) -> str:
    """Return *text* in one line without addresses and numbers of people, cut at a space after *most* characters."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    plain = " ".join(_NUMBER.sub(_HIDDEN[language], _MAIL.sub(_HIDDEN[language], plain)).split())
    return plain if len(plain) <= most else plain[:most].rsplit(" ", 1)[0] + " …"


def sentences_by_thing(
    listed: ChangeList, wording: Wording
) -> Iterator[tuple[str, list[tuple[Change, dict[str, str]]]]]:
    """Yield each changed thing with the changes that are told of it, each as a sentence by language."""
    for thing, changes in listed.by_thing():
        told = told_changes(changes, listed, wording)
        yield thing, [(one, {tongue: sentence(one, listed, wording, tongue) for tongue in TONGUES}) for one in told]
