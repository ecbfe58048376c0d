"""Fold what differs between two copies of one text and means nothing: Unicode forms, invisible signs, white space.

Programs that save, copy or print a page write umlauts as two characters, hyphens that do not break, marks of direction
and blanks of many widths. A digest, a label or a fact must not depend on them.
"""

import re
import sys
import unicodedata
from functools import cache, lru_cache

_LIKE_ASCII = {"\u2010": "-", "\u2011": "-", "\ufe63": "-", "\uff0d": "-", "\u2800": " "}
_LIGATURES = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_SIGNS = str.maketrans({**_LIKE_ASCII, **_LIGATURES})
_QUOTES = str.maketrans(
    {**dict.fromkeys("„“”«»‟", '"'), **dict.fromkeys("‘’‚‹›‛", "'"), **dict.fromkeys("‒–—―−", "-"), "…": "..."}
)


def clean(text: str) -> str:
    """Return *text* composed (NFC), without invisible signs, each run of white space as one blank."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _invisible().sub("", text)).translate(_SIGNS)
    return " ".join(text.split())


_SUSPENDED = re.compile(r"(?:und|oder|bzw|sowie|bis|als|wie|noch|statt)\b|[/&,]", re.IGNORECASE)
"""What follows a hyphen that stands for the end of a word: "Bau- und Wohnungswesen"."""


def join_broken(line: str, after: str) -> str:
    """Return *line* and the one *after* it as one; where it was broken at a hyphen in a word, without a blank."""
    is_in_word = re.search(r"\w[-\u2010\u2011]$", line) and re.match(r"\w", after) and not _SUSPENDED.match(after)
    return f"{line}{after}" if is_in_word else f"{line} {after}"


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return *text* as ``clean`` does, with one kind of quotes, dashes and ellipses."""
    return clean(text).translate(_QUOTES)


def fold(text: str) -> str:
    """Return *text* as labels are compared: as ``plain`` does, in lower case."""
    return plain(text).casefold()


@cache
def _invisible() -> re.Pattern[str]:
    """Return what matches signs that say nothing: format characters, variation selectors, pictures of private fonts."""
    signs = [chr(code) for code in range(0x80, sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"]
    return re.compile(f"[{''.join(map(re.escape, signs))}\ufe00-\ufe0f\u034f\ue000-\uf8ff]")
