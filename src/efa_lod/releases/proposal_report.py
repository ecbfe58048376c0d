"""Report to a maintainer what the next release would be, or is."""

from collections.abc import Iterator

from efa_lod.releases.proposal import Proposal
from efa_lod.releases.versions import LEVEL_REASONS
from efa_lod.releases.vocabulary import vocabulary_sentences
from efa_lod.releases.wording import Wording, sentences_by_thing

_MOST_SENTENCES = 50
_TEXTS = {
    "de": {
        "first": "Erste Ausgabe: {version} vom {day}, {triples} Aussagen.",
        "next": "Ausgabe {version} vom {day}, nach {before} ({level}: {reason}).",
        "below": "Achtung: nach der Regel wäre es {version}, denn {reason}.",
        "notes": "Was neu ist ({language}): {notes}",
        "more": "… und {count} weitere (efa-lod diff zeigt alle).",
        "would": "Würde geschrieben (mit --write): {files}",
        "written": "Geschrieben: {files}",
        "build": "Weiter mit: efa-lod build",
    },
    "en": {
        "first": "First release: {version} of {day}, {triples} statements.",
        "next": "Release {version} of {day}, after {before} ({level}: {reason}).",
        "below": "Note: by the rule it would be {version}, since {reason}.",
        "notes": "What is new ({language}): {notes}",
        "more": "… and {count} more (efa-lod diff shows all).",
        "would": "Would be written (with --write): {files}",
        "written": "Written: {files}",
        "build": "Go on with: efa-lod build",
    },
}


def proposal_text(proposal: Proposal, wording: Wording, language: str, is_written: bool) -> str:
    """Return what *proposal* is, why it has its version, and what was or would be written."""
    return "\n".join(_lines(proposal, wording, language, is_written)) + "\n"


def _lines(proposal: Proposal, wording: Wording, language: str, is_written: bool) -> Iterator[str]:
    texts, release = _TEXTS[language], proposal.release
    facts = {"version": release.version, "day": release.day}
    if proposal.before is None or proposal.level is None:
        yield texts["first"].format(**facts, triples=release.triples)
    else:
        reason = LEVEL_REASONS[proposal.level][language]
        yield texts["next"].format(**facts, before=proposal.before.version, level=proposal.level.value, reason=reason)
        if proposal.below_rule:
            yield texts["below"].format(version=proposal.below_rule, reason=reason)
    told = [said[language] for _, changes in sentences_by_thing(proposal.listed, wording) for _, said in changes]
    told += [said[language] for said in vocabulary_sentences(proposal.vocabulary, wording)]
    yield from told[:_MOST_SENTENCES]
    if len(told) > _MOST_SENTENCES:
        yield texts["more"].format(count=len(told) - _MOST_SENTENCES)
    for tongue, notes in release.notes.items():
        yield texts["notes"].format(language=tongue, notes=notes)
    paths = sorted((path for path, _ in proposal.files), key=lambda path: not path.startswith("data/"))
    yield texts["written" if is_written else "would"].format(files=", ".join(paths))
    if is_written:
        yield texts["build"]
