"""Find names, abbreviations and numbers in a text."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from efa_lod.model.languages import MONTHS
from efa_lod.overview.recognition import mention_places
from efa_lod.overview.record_parts import RecordPart
from efa_lod.overview.typography import plain


def is_named_in(thing: RecordPart, text: str) -> bool:
    """Return True if *text* has one of the names of *thing*."""
    return any(mention_places(name, text) for name in thing.names)


def is_head_named(thing: RecordPart, text: str, heads: Iterable[str]) -> bool:
    """Return True if *text* names *thing*, or calls it by one of *heads* that is the head of its name."""
    own = [head for head in heads if head in thing.text("name")]
    return is_named_in(thing, text) or any(mention_places(head, text) for head in own)


def mention_count(organisation: RecordPart, text: str, heads: Iterable[str]) -> int:
    """Return how often *text* names *organisation*; a name with its abbreviation behind it is one mention.

    Where it is not named, the heads of its name are counted that are among *heads*.
    """
    if not text or not any(word in text for name in organisation.names for word in name.split()):
        return 0
    long, *short = sorted(organisation.names, key=len, reverse=True) or [""]
    for name in short:
        text = re.sub(rf"\s\({re.escape(name)}\)", "", text)
    full = sum(len(mention_places(name, text)) for name in (long, *short))
    return full or sum(len(mention_places(head, text)) for head in heads if head in long)


def is_proper(thing: RecordPart) -> bool:
    """Return True if the name is one that no other thing would have: with an abbreviation, inner capital or digit."""
    return bool(abbreviations_in(thing.text("name")) or re.search(r"\d", thing.text("name")))


def abbreviations_in(text: str) -> list[str]:
    """Return the words of *text* with two capitals or more."""
    return re.findall(r"(?<![A-Za-zÄÖÜäöüß])[A-Za-zÄÖÜäöü]*[A-ZÄÖÜ][a-zäöü]?[A-ZÄÖÜ][A-Za-zÄÖÜäöüß]*", text)


@lru_cache(maxsize=1024)
def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers and the months in *text*, months as their German name."""
    months = {name: MONTHS["de"][i] for names in (MONTHS["en"], MONTHS["de"]) for i, name in enumerate(names)}
    found = {german for name, german in months.items() if re.search(rf"\b{name}\b \d", text)}
    return frozenset(found | set(re.findall(r"\d+", text)))


def is_same_words(one: str, other: str) -> bool:
    """Return True if two remarks have the same words, whatever their order; articles count as nothing."""
    articles = {"der", "die", "das", "dem", "den", "des"}
    return Counter(w for w in plain(one).split() if w not in articles) == Counter(
        w for w in plain(other).split() if w not in articles
    )
