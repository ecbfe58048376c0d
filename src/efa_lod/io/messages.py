"""What is said to people, in German and English, from tables beside the code: whoever translates edits no program."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any

from efa_lod.errors import BadSetting, BrokenInput, EfaLodError, in_german

Bilingual = tuple[str, str]
"""A text in English and in German."""
TextTable = dict[str, Any]
"""A table of texts as its file has it: by what its reader looks for, in the end by language."""


@dataclass(frozen=True)
class Messages:
    """The table *name* in the folder ``texts`` beside the module *module*; it is read when something is to be said."""

    module: str
    name: str

    @cached_property
    def table(self) -> dict[str, dict[str, str]]:
        """Return the texts of each message by language."""
        return text_table(self.module, self.name)

    def __call__(self, rule: str, place: object = "", **words: object) -> Bilingual:
        """Return the message *rule* after *place* in both languages; a word may be a pair of texts, too."""
        texts = self.table[rule]
        english, german = (
            _start(place, number)
            + form.vformat(texts[language], (), {n: _in(word, number) for n, word in words.items()})
            for number, (language, form) in enumerate((("en", _ENGLISH), ("de", _GERMAN)))
        )
        return english, german

    def words(self, language: str) -> dict[str, str]:
        """Return the texts of all messages in *language* (de or en)."""
        return {rule: texts[language] for rule, texts in self.table.items()}

    def broken(self, rule: str, place: object = "", **words: object) -> BrokenInput:
        """Return the message as the error of what cannot be read."""
        return BrokenInput(*self(rule, place, **words))

    def unusable(self, rule: str, place: object = "", **words: object) -> BadSetting:
        """Return the message as the error of a setting that has no usable value."""
        return BadSetting(*self(rule, place, **words))


def text_table(module: str, name: str) -> TextTable:
    """Return the table *name* of texts by language in the folder ``texts`` beside the module *module*."""
    import tomllib  # what is said seldom need not be read at each start

    return tomllib.loads((Path(module).parent / f"texts/{name}.toml").read_text(encoding="utf-8"))


class _GermanNumbers(Formatter):
    """Write numbers with a point between thousands."""

    def format_field(self, value: object, format_spec: str) -> object:
        """Return *value* as *format_spec* says."""
        text = super().format_field(value, format_spec)
        return text.replace(",", ".") if format_spec.endswith(",") else text


_ENGLISH, _GERMAN = Formatter(), _GermanNumbers()


def _start(place: object, number: int) -> str:
    """Return the *place* as a message in the language of that *number* begins with it."""
    text = str(_in(place, number))
    return f"{text}: " if text else ""


def reason(error: BaseException) -> Bilingual:
    """Return what *error* says, in English and German; of a library's words, German keeps the line."""
    match error:
        case EfaLodError():
            return error.in_language("en"), error.in_language("de")
        case OSError():
            return error.strerror or str(error), in_german(error)
        case KeyError():
            return f"{error} is missing", f"{error} fehlt"
    line = re.search(r"\bline (\d+)", str(error))
    return str(error), f"Fehler in Zeile {line[1]}" if line else "die Form stimmt nicht"


def _in(word: object, number: int) -> object:
    """Return *word* in the language of that *number*: English, then German."""
    return word[number] if isinstance(word, tuple) else word
