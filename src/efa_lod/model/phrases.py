"""Remember which words a text has without keeping the text: a mark for each phrase of up to three words.

The wording of the overview page is not openly licensed as far as is known, so a publication does not hold it. Marks
answer the one question that a check has to ask: whether a name, an address or a number stands in a row as written.
"""

import re
from collections.abc import Iterable, Iterator, Set
from hashlib import sha256

LONGEST_PHRASE = 3
"""Words that a phrase has at most; a longer text stands in a row where all its phrases do."""
_MARK_DIGITS = 10
_WORD = re.compile(r"[^\W_][\w.+%-]*@[\w.-]*\w|https?://\S+|\w+")


def words_in(text: str) -> list[str]:
    """Return the words of *text* in small letters; an e-mail address or web address is one word."""
    return [word.casefold() for word in _WORD.findall(text)]


def phrase_marks(texts: Iterable[str]) -> list[str]:
    """Return the marks of all phrases in *texts*, sorted, each once."""
    lengths = range(1, LONGEST_PHRASE + 1)
    return sorted({_mark(phrase) for text in texts for phrase in _phrases(words_in(text), lengths)})


def has_phrase(marks: Set[str], text: str) -> bool:
    """Return whether the text whose *marks* are given has *text* in it, word by word."""
    words = words_in(text)
    return all(_mark(phrase) in marks for phrase in _phrases(words, (min(len(words), LONGEST_PHRASE),)))


def _phrases(words: list[str], lengths: Iterable[int]) -> Iterator[str]:
    for length in lengths:
        yield from (" ".join(words[at : at + length]) for at in range(len(words) - length + 1) if length)


def _mark(phrase: str) -> str:
    return sha256(phrase.encode()).hexdigest()[:_MARK_DIGITS]
