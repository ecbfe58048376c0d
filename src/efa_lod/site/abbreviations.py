"""Explain abbreviations once on a page: which ones its texts use, and what they stand for."""

import re
from collections.abc import Iterator, Mapping

from efa_lod.io.messages import text_table

ABBREVIATIONS: Mapping[str, Mapping[str, str]] = text_table(__file__, "abbreviations")
"""What abbreviations stand for, by language, in the order of the alphabet."""
_PROSE = frozenset({"name", "topic", "summary", "condition", "accessNote", "linkLabel", "editorialNote", "finding"})


def used_abbreviations(values: object, language: str) -> list[tuple[str, str]]:
    """Return the abbreviations in the texts of *values* with what they stand for in *language*."""
    text = " ".join(_texts(values, language))
    return [
        (short, long[language])
        for short, long in ABBREVIATIONS.items()
        if re.search(rf"(?<!\w){re.escape(short)}(?!\w)", text)
    ]


def _texts(values: object, language: str) -> Iterator[str]:
    """Yield the texts that a page in *language* shows of *values*, however deep they stand."""
    waiting = [values]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, Mapping):
            for key, value in one.items():
                if key in _PROSE and isinstance(value, Mapping):
                    text = value.get(language) or next(iter(value.values()), "")
                    yield from map(str, text if isinstance(text, list) else [text])
                elif isinstance(value, Mapping | list):
                    waiting.append(value)
