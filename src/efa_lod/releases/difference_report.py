"""Report a difference to people: sentences grouped by thing, as text or Markdown."""

from collections.abc import Iterator, Sequence

from efa_lod.releases.changes import ChangeList
from efa_lod.releases.vocabulary import VocabularyChange, vocabulary_sentences
from efa_lod.releases.wording import Wording, called, sentences_by_thing, without_thing

_SAME = {"de": "Beide sagen dasselbe.", "en": "Both say the same."}
_VOCABULARY = {"de": "Begriffe, Regeln und Abfragen", "en": "Terms, shapes and queries"}
_TITLE = {"de": "Änderungen", "en": "Changes"}


def difference_text(
    listed: ChangeList, wording: Wording, language: str, vocabulary: Sequence[VocabularyChange] = ()
) -> str:
    """Return a sentence a line, those of a thing together, and how many there are; then those about *vocabulary*."""
    lines = [said[language] for _, told in sentences_by_thing(listed, wording) for _, said in told]
    if lines:
        lines += ["", _counted(listed, len(lines), language)]
    further = [said[language] for said in vocabulary_sentences(vocabulary, wording)]
    lines += ["", *further] if lines and further else further
    return "\n".join(lines or [_SAME[language]]) + "\n"


def difference_markdown(
    listed: ChangeList, wording: Wording, language: str, vocabulary: Sequence[VocabularyChange] = ()
) -> str:
    """Return a heading for each thing and one for the *vocabulary*, and a point for each sentence."""
    if not listed.changes and not vocabulary:
        return _SAME[language] + "\n"
    return "\n".join(_markdown(listed, wording, language, vocabulary)) + "\n"


def _markdown(
    listed: ChangeList, wording: Wording, language: str, vocabulary: Sequence[VocabularyChange]
) -> Iterator[str]:
    yield f"# {_TITLE[language]}"
    for thing, told in sentences_by_thing(listed, wording):
        name = called(thing, listed, wording, language)
        yield from ("", f"## {_plain(name)}", "", f"<{thing}>", "")
        yield from (f"- {_plain(without_thing(said[language], name))}" for _, said in told)
    if vocabulary:
        yield from ("", f"## {_VOCABULARY[language]}", "")
        yield from (f"- {_plain(said[language])}" for said in vocabulary_sentences(vocabulary, wording))


def _plain(text: str) -> str:
    """Return *text* with what Markdown gives a meaning escaped."""
    return "".join(f"\\{sign}" if sign in r"\`*_[]<>#|" else sign for sign in text)


def _counted(listed: ChangeList, count: int, language: str) -> str:
    things = len({change.thing for change in listed.changes})
    if language == "de":
        named = "1 Ding hat sich geändert" if things == 1 else f"{things:,} Dinge haben sich geändert".replace(",", ".")
        return f"{named}; {'1 Satz' if count == 1 else f'{count:,} Sätze'.replace(',', '.')} dazu."
    named = "1 thing has changed" if things == 1 else f"{things:,} things have changed"
    return f"{named}; {'1 sentence' if count == 1 else f'{count:,} sentences'} about it."
