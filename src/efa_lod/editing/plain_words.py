"""What findings say to people who see labels and choices, but no YAML: the messages of the checks in their words.

A message that speaks of keys, codes and identifiers is told with the labels of fields and choices instead. Where that
cannot be told – a key that neither sheet nor form has, something that is written by itself –, the message says what the
field is for, or which fields belong together.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from efa_lod.editing.fields import FormField, Section
from efa_lod.io.messages import Messages
from efa_lod.model.results import Result

PLAIN_TEXTS = Messages(__file__, "plain")
_QUOTES = {"de": "„{}“", "en": "“{}”"}
_MOST_CHOICES = 12
_LEFT_OUT = re.compile(
    r",? in Anführungszeichen,?|,? in quotes,?"
    r"|; (?:eine neue|einen neuen) in \S+\.yaml anlegen|; add a new one to \S+\.yaml"
    r"|; several as a list in square brackets|; mehrere als Liste in eckigen Klammern"
)
"""What is asked of YAML only."""
_BOTH = {
    "de": re.compile(r"(?<!\w)unter de und (?:wenn möglich |höchstens einen )?unter en(?!\w)"),
    "en": re.compile(r"(?<!\w)under de and (?:where possible |at most one )?under en(?!\w)"),
}
_TONGUES = {
    "de": (
        (_BOTH["de"], "auf Deutsch und wenn möglich auf Englisch"),
        (re.compile(r"(?<=englische Text) unter en(?!\w)"), ""),
        (re.compile(r"(?<!\w)unter de(?!\w)"), "auf Deutsch"),
        (re.compile(r"(?<!\w)unter en(?!\w)"), "auf Englisch"),
        (re.compile(r"(?<!\w)(?:de|en): "), ""),
    ),
    "en": (
        (_BOTH["en"], "in German and where possible in English"),
        (re.compile(r"(?<!\w)under de(?!\w)"), "in German"),
        (re.compile(r"(?<!\w)under en(?!\w)"), "in English"),
        (re.compile(r"(?<!\w)(?:de|en): "), ""),
    ),
}
"""How people say in which language a text is."""
_QUOTED = re.compile(r"(?<!\w)'([^']*)'(?!\w)")
_WORD = re.compile(
    r"(?<![\w/#@.„“+-])([A-Za-z][\w]*(?::[\w-]+)?(?:/[\w-]+)?(?:#[\w-]+)?)(?![\w/@“”]|\.\w)(?P<colon>: )?"
)
_OF_YAML = re.compile(
    r"(?<![\w./@-])(?:[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|efa:\S*|rdf\w*:\S*|id|ids|type|origin|property|words|rows"
    r"|sha256|finding|contacts|[Aa]dditions|Addition|Financing|Provision)(?![\w/@-]|\.\w)"
    r"|(?<=nder )(?:financing|provisions|record|reuse)\b|^(?:confidence|value) |\.yaml|\[\w|#\w"
)
"""What no sheet and no form shows."""
_BEFORE_KEYS = ("under ", "unter ", "Unter ", "add ", "Add ", "Delete ", "text of ")
"""What stands before a key that is a word of English, too."""


@dataclass(frozen=True)
class PlainWords:
    """The words of people for the fields of *sections*, which are the same in each language."""

    sections: Mapping[str, Sequence[Section]]

    def told(self, result: Result, type_name: str, key: str) -> Result:
        """Return *result*, which is about the field *key* of a thing of the type *type_name*, in the words of people.

        *key* may be empty, or no field.
        """
        messages = {language: self._message(result, language, type_name, key) for language in self.sections}
        return replace(result, messages=messages)

    def _message(self, result: Result, language: str, type_name: str, key: str) -> str:
        if result.rule in PLAIN_TEXTS.table:
            return PLAIN_TEXTS.table[result.rule][language]
        message = result.message(language)
        words = _Words(self.sections[language], type_name, language)
        plain = words.translated(message)
        return (
            plain
            if not _OF_YAML.search(plain)
            else self._instead(words, message, self._field(language, type_name, key))
        )

    def _field(self, language: str, type_name: str, key: str) -> FormField | None:
        fields = _fields_of(self.sections[language], type_name)
        name = key.partition(".")[0]
        return next((one for one in fields if one.key == key), None) or next(
            (one for one in fields if one.name == name), None
        )

    def _instead(self, words: "_Words", message: str, given: FormField | None) -> str:
        """Return what is said where a *message* cannot be told in the words of people."""
        told = PLAIN_TEXTS.words(words.language)
        if given is not None and given.choices:
            labels = [choice.label for choice in given.choices]
            more = ", …" if len(labels) > _MOST_CHOICES else ""
            return told["choose"].format(
                label=words.quoted(given.label), choices=", ".join(labels[:_MOST_CHOICES]) + more
            )
        if given is not None:
            return told["field"].format(label=words.quoted(given.label), help=given.help).strip()
        named = list(dict.fromkeys(words.named(message)))
        return told["fields"].format(labels=", ".join(named)) if named else told["whole"]


@dataclass(frozen=True)
class _Words:
    """The labels of the fields of things of a type, and of their choices, in one *language*."""

    sections: Sequence[Section]
    type_name: str
    language: str

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return the labels of fields by key, those of the type before those of others."""
        every = [
            *_fields_of(self.sections, self.type_name),
            *(one for section in self.sections for one in section.fields),
        ]
        return {one.name: _short(one) for one in reversed(every)}

    @cached_property
    def choices(self) -> dict[str, str]:
        """Return the labels of choices by value, those of the type before those of others."""
        every = [
            *_fields_of(self.sections, self.type_name),
            *(one for section in self.sections for one in section.fields),
        ]
        return {choice.value: choice.label for one in reversed(every) for choice in one.choices}

    def quoted(self, text: str) -> str:
        """Return *text* in the quotes of the language."""
        return _QUOTES[self.language].format(text)

    def translated(self, message: str) -> str:
        """Return *message* with labels for keys and codes, and without what is asked of YAML only."""
        text = _LEFT_OUT.sub(lambda found: "," if found[0].endswith(",") and found[0].startswith(",") else "", message)
        for pattern, instead in _TONGUES[self.language]:
            text = pattern.sub(instead, text)
        return self._labelled(_QUOTED.sub(r"\1", text))

    def named(self, message: str) -> Iterator[str]:
        """Yield the labels of the fields that *message* names."""
        for found in _WORD.finditer(message):
            if self._is_key(found, message):
                yield self.quoted(self.labels[found[1]])

    def _labelled(self, text: str) -> str:
        def instead(found: re.Match[str]) -> str:
            word, colon = found[1], found["colon"] or ""
            if self._is_key(found, text):
                return self.quoted(self.labels[word]) + colon
            if word in self.choices and (_is_code(word) or self._is_listed(found, text)):
                return self.quoted(self.choices[word]) + colon
            return found[0]

        return _WORD.sub(instead, text)

    def _is_key(self, found: re.Match[str], text: str) -> bool:
        """Return whether a word of *text* is a key: it looks like one, or stands where keys stand."""
        word = found[1]
        if word not in self.labels:
            return False
        stands_alone = found.start() == 0 or bool(found["colon"]) or text[: found.start()].endswith(_BEFORE_KEYS)
        is_a_choice = word in self.choices and self._is_listed(found, text)
        return _is_code(word) or stands_alone or (self.language == "de" and not is_a_choice)

    def _is_listed(self, found: re.Match[str], text: str) -> bool:
        """Return whether a word stands where the codes of a field stand: after a colon, or in a list of them."""
        before, after = text[: found.start()], text[found.end() :]
        others = re.compile(r"(?:, | or | oder )([A-Za-z]\w*)")
        beside = [*others.findall(after)[:1], *re.findall(r"([A-Za-z]\w*)(?:,| or| oder) $", before)]
        is_in_list = after.startswith((",", " or ", " oder ", ".")) or before.endswith((", ", " or ", " oder "))
        return before.endswith(": ") or (is_in_list and any(one in self.choices for one in beside))


def _is_code(word: str) -> bool:
    """Return whether *word* is none of a language, but one that programs write."""
    return bool(re.search(r"[a-z][A-Z]|[:/#_]", word)) or word.isupper()


def _fields_of(sections: Iterable[Section], type_name: str) -> list[FormField]:
    return [one for section in sections if section.type_name == type_name for one in section.fields]


def _short(given: FormField) -> str:
    """Return the label of a field without the language that tells it from others."""
    return given.label.rpartition(" (")[0] if given.language and given.label.endswith(")") else given.label
